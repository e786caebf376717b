using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using CurrencyRates.Bank;
using CurrencyRates.Sheets;
using Fractions;
using Marten;
using Platform.Web;

namespace CurrencyRates.Foreign;

/// <summary>
/// Serves the Frankfurter API v1, so that its clients work after changing the host. The base is EUR by default, and may be RUB. Errors are
/// problem documents that also have Frankfurter's <c>message</c>.
/// </summary>
public static partial class Frankfurter
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/currencies", async (IQuerySession session, CancellationToken ct) =>
        {
            var newest = await session.Newest(ct);
            var names = (await session.Query<Currency>().ToListAsync(ct)).ToDictionary(c => c.Code(), c => c.Names[Languages.Default]);
            return Codes(newest?.Rates ?? []).ToDictionary(code => code, code => names.GetValueOrDefault(code, code));
        }).AllowAnonymous();

        app.MapGet("/v1/{period}", async (
            string period,
            HttpContext http,
            IQuerySession session,
            TimeProvider clock,
            CancellationToken ct) =>
            {
                var today = Moscow.Date(clock.Now());
                if (Query.Parse(period, http.Request.Query, today) is not { } query) return Problem(404, "not found");
                if (query.Error is { } mistake) return Problem(422, mistake);
                if (query.TooLong(today) is { } advice) return Problem(400, advice);
                http.Response.TagWithKeys(SurrogateKey.Rates);
                if (!query.IsRange)
                {
                    var sheet = await session.EffectiveOn(query.To, ct);
                    var rates = sheet is null ? [] : Quote(sheet.Rates, query);
                    if (rates.Count == 0) return Problem(404, "not found");
                    return Versions.Versioned(
                        http,
                        $"{sheet!.EffectiveFrom:yyyyMMdd}-{sheet.Version}",
                        new SingleDay(query.Amount, query.Base, sheet.EffectiveFrom, rates));
                }
                // The sheet in effect on the first day belongs to the range; otherwise a range of one Sunday would be empty.
                var first = (await session.EffectiveOn(query.From, ct))?.EffectiveFrom ?? query.From;
                var series = await session.Series(
                    first, query.To, query.Symbols is null ? null : [.. query.Symbols, query.Base], ct);
                var days = series.GroupBy(r => r.Date)
                    .Select(day => (day.Key, Rates: Quote([.. day.Select(r => r.Rate)], query)))
                    .Where(day => day.Rates.Count > 0)
                    .ToArray();
                if (days.Length == 0) return Problem(404, "not found");
                return Results.Ok(
                    new ManyDays(query.Amount, query.Base, days[0].Key, days[^1].Key, days.ToDictionary(d => d.Key, d => d.Rates)));
            }).AllowAnonymous().Produces<SingleDay>().Produces<ManyDays>().Produces(422);
    }

    /// <summary>The rates of the base on one day, by currency code in order. Empty if the base or all symbols are unknown. Pure.</summary>
    public static SortedDictionary<string, decimal> Quote(IReadOnlyList<Rate> sheet, Query query)
    {
        var byCode = sheet.DistinctBy(r => r.CharCode).ToDictionary(r => r.CharCode, r => (Rate?)r);
        byCode[RatesOfDay.Rouble] = null;
        var quoted = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        if (!byCode.TryGetValue(query.Base, out var from)) return quoted;
        foreach (var (code, to) in byCode)
            if (code != query.Base && query.Symbols?.Contains(code) != false)
                quoted[code] = Exact.Significant(Fraction.FromDecimal(query.Amount) * Exact.Cross(from, to));
        return quoted;
    }

    private static IEnumerable<string> Codes(IEnumerable<Rate> rates) =>
        rates.Select(r => r.CharCode).Append(RatesOfDay.Rouble).Distinct().Order(StringComparer.Ordinal);

    private static IResult Problem(int status, string message) =>
        Results.Problem(statusCode: status, type: $"urn:problem-type:{(status == 404 ? "not-found" : "invalid-request")}",
            title: status == 404 ? "There is no such thing" : "The request is not valid",
            detail: message,
            extensions: new Dictionary<string, object?> { ["message"] = message });

    /// <summary>A parsed request. <see cref="Error"/>: why it cannot be answered.</summary>
    public sealed partial record Query(
        DateOnly From,
        DateOnly To,
        bool IsRange,
        string Base,
        IReadOnlySet<string>? Symbols,
        decimal Amount,
        string? Error = null)
    {
        /// <summary>Parses path and query; null if the path is not one of Frankfurter's.</summary>
        public static Query? Parse(string period, IQueryCollection parameters, DateOnly today)
        {
            if (Period().Match(period) is not { Success: true } match) return null;
            var (from, to, range) = (today, today, match.Groups["dots"].Success);
            string? error = null;
            if (match.Groups["from"].Success && !Date(match.Groups["from"].Value, out from)) error = "invalid date";
            if (!range) to = from;
            else if (match.Groups["to"].Success && !Date(match.Groups["to"].Value, out to)) error = "invalid date";

            var @base = (parameters["base"].FirstOrDefault() ?? parameters["from"].FirstOrDefault() ?? "EUR").ToUpperInvariant();
            var symbols =
                (parameters["symbols"].FirstOrDefault() ?? parameters["to"].FirstOrDefault())?.ToUpperInvariant().Split(
                    ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet();
            if (symbols is { Count: 0 }) symbols = null;
            if (symbols is { Count: 1 } && symbols.Contains(@base)) error = "bad currency pair";
            var amount = parameters["amount"].FirstOrDefault() is { } text ? Exact.Parse(text) : 1.0m;
            if (amount is null or <= 0 or > MaxAmount) error = "invalid amount";
            return new(from, to, range, @base, symbols, amount ?? 0, error);
        }

        /// <summary>A larger amount would not fit a decimal with all its digits.</summary>
        public const decimal MaxAmount = 1_000_000_000_000;

        /// <summary>Maximum number of quotes in one response, about a megabyte; checked before any is read.</summary>
        public const int MaxQuotes = 75_000;

        // The bank quotes about fifty currencies, and has no rates before 1992.
        private const int Quoted = 50;
        private static readonly DateOnly FirstQuoted = new(1992, 7, 1);

        /// <summary>How to reduce the range if it has more quotes than the maximum; null if it does not.</summary>
        public string? TooLong(DateOnly today)
        {
            if (!IsRange) return null;
            var (first, last) = (From < FirstQuoted ? FirstQuoted : From, To > today ? today : To);
            var most = MaxQuotes / Math.Min(Quoted, (Symbols?.Count ?? Quoted) + 1);
            return last.DayNumber - first.DayNumber < most
                ? null
                : $"range too long: request at most {most} days at a time, such as {Iso(first)}..{Iso(first.AddDays(most - 1))}, "
                    + "or request fewer symbols";
        }

        private static bool Date(string text, out DateOnly date) =>
            DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date)
            && ValidDates.Contains(date);

        private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        [GeneratedRegex(@"^(latest|current|(?<from>\d{4}-\d{2}-\d{2})((?<dots>\.\.)(?<to>\d{4}-\d{2}-\d{2})?)?)\z")]
        private static partial Regex Period();
    }

    /// <summary>The rates of one day in the format of Frankfurter.</summary>
    public sealed record SingleDay(decimal Amount, string Base, DateOnly Date, IReadOnlyDictionary<string, decimal> Rates);

    /// <summary>The rates of a range in the format of Frankfurter.</summary>
    public sealed record ManyDays(
        decimal Amount,
        string Base,
        [property: JsonPropertyName("start_date")] DateOnly StartDate,
        [property: JsonPropertyName("end_date")] DateOnly EndDate,
        IReadOnlyDictionary<DateOnly, SortedDictionary<string, decimal>> Rates);
}
