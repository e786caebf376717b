using System.Globalization;

namespace Portal.Reader;

/// <summary>
/// <c>/{lang}/rates?date=&amp;code=&amp;years=&amp;amount=&amp;from=&amp;to=</c>: the rates of a date, the history of one currency, and
/// the converter.
/// </summary>
public partial class RatesPage
{
    /// <summary>The currency of the chart if the reader has not chosen one.</summary>
    public const string Charted = "CNY";

    /// <summary>The query, with the date and the amount as the reader entered them.</summary>
    public sealed record Filter(
        string? Date,
        string Code,
        int Years,
        string? Amount,
        string From,
        string To);

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet($"/{ReaderSite.Lang}/rates", async (
            string lang,
            string? date,
            string? code,
            string? years,
            string? amount,
            string? from,
            string? to,
            HttpContext http,
            Backends backends,
            CancellationToken ct) =>
        {
            var asked = new Filter(
                date,
                Code(code, Charted),
                years is "3" or "10" ? int.Parse(years, CultureInfo.InvariantCulture) : 1,
                amount?.Trim(),
                Code(from, "USD"),
                Code(to, "RUB"));
            var frame = Frame.Load(http, lang, backends, ct);
            var rates = await backends.Read<RatesView>(Part.Rates, Url.With("/api/rates", ("lang", lang), ("date", date)), ct);
            // The chart and the small lines end at the date of the table.
            var last = rates.Value?.EffectiveFrom;
            var trends = last is null
                ? null
                : backends.Read<Listed<TrendItem>>(
                    Part.Chart, Url.With("/api/rates/trends", ("to", date is null ? null : Format.Iso(last.Value))), ct);
            var chart = last is not { } day
                ? null
                : await backends.Read<HistoryView>(
                    Part.Chart,
                    Url.With(
                        $"/api/rates/{asked.Code}/history",
                        ("from", Format.Iso(day.AddYears(-asked.Years))),
                        ("to", Format.Iso(day)),
                        ("interval", asked.Years == 1 ? "daily" : "weekly")),
                    ct);
            var converted = string.IsNullOrEmpty(asked.Amount)
                ? null
                : await backends.Read<Conversion>(
                    Part.Converter,
                    Url.With(
                        "/api/rates/convert", ("from", asked.From), ("to", asked.To), ("amount", Number(asked.Amount)), ("date", date)),
                    ct);
            return http.Show<RatesPage>(
                await frame,
                new
                {
                    Asked = asked,
                    Rates = rates,
                    Trends = trends is null ? null : (await trends).Value?.Items,
                    Chart = chart,
                    Converted = converted,
                },
                rates.Status == System.Net.HttpStatusCode.BadRequest ? 400 : 200);
        });

    /// <summary>The currency code in upper case, or the default if it does not consist of three letters.</summary>
    internal static string Code(string? code, string fallback) =>
        code is { Length: 3 } && code.All(char.IsAsciiLetter) ? code.ToUpperInvariant() : fallback;

    /// <summary>Converts an amount as people write it (1 234,5 or 1234.5) to the format of the API.</summary>
    internal static string Number(string written) => string.Concat(written.Where(c => !char.IsWhiteSpace(c))).Replace(',', '.');
}
