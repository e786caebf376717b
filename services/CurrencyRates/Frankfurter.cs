using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Fractions;
using Marten;
using Platform.Hosting;

namespace CurrencyRates;

/// <summary>
/// The Frankfurter API v1, out of our sheets: its clients work by changing the host. The base is EUR where none is named, and may be RUB.
/// Errors are problems that also carry Frankfurter's <c>message</c>.
/// </summary>
public static partial class Frankfurter
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/currencies", async (IQuerySession session, CancellationToken ct) =>
        {
            var newest = await session.Newest(ct);
            var names = (await session.Query<Currency>().ToListAsync(ct)).ToDictionary(c => c.Code(), c => c.Names[Names.Languages[0]]);
            return Codes(newest?.Rates ?? []).ToDictionary(code => code, code => names.GetValueOrDefault(code, code));
        }).AllowAnonymous();

        app.MapGet("/v1/{period}", async (
            string period, HttpContext http, IQuerySession session, TimeProvider clock, CancellationToken ct) =>
            {
                var today = Moscow.Date(clock.Now());
                if (Question.Of(period, http.Request.Query, today) is not { } question) return No(404, "not found");
                if (question.Mistake is { } mistake) return No(422, mistake);
                if (question.TooLong(today) is { } advice) return No(400, advice);
                http.Response.Name("rates");
                if (!question.IsRange)
                {
                    var sheet = await session.HoldingOn(question.To, ct);
                    var rates = sheet is null ? [] : Quote(sheet.Rates, question);
                    if (rates.Count == 0) return No(404, "not found");
                    return Versions.Versioned(
                        http,
                        $"{sheet!.EffectiveFrom:yyyyMMdd}-{sheet.Version}",
                        new SingleDay(question.Amount, question.Base, sheet.EffectiveFrom, rates));
                }
                // The sheet that holds on the first day is part of the range, or a range of one Sunday would be empty.
                var first = (await session.HoldingOn(question.From, ct))?.EffectiveFrom ?? question.From;
                var series = await session.Series(
                    first, question.To, question.Symbols is null ? null : [.. question.Symbols, question.Base], ct);
                var days = series.GroupBy(r => r.Date)
                    .Select(day => (day.Key, Rates: Quote([.. day.Select(r => r.Rate)], question)))
                    .Where(day => day.Rates.Count > 0)
                    .ToArray();
                if (days.Length == 0) return No(404, "not found");
                return Results.Ok(
                    new ManyDays(question.Amount, question.Base, days[0].Key, days[^1].Key, days.ToDictionary(d => d.Key, d => d.Rates)));
            }).AllowAnonymous().Produces<SingleDay>().Produces<ManyDays>().Produces(422);
    }

    /// <summary>One day's rates of the base, by letters, in their order. Empty where the base or all symbols are unknown. Pure.</summary>
    public static SortedDictionary<string, decimal> Quote(IReadOnlyList<Rate> sheet, Question question)
    {
        var byCode = sheet.DistinctBy(r => r.CharCode).ToDictionary(r => r.CharCode, r => (Rate?)r);
        byCode[RatesOfDay.Rouble] = null;
        var quoted = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        if (!byCode.TryGetValue(question.Base, out var from)) return quoted;
        foreach (var (code, to) in byCode)
            if (code != question.Base && question.Symbols?.Contains(code) != false)
                quoted[code] = Exact.Significant(Fraction.FromDecimal(question.Amount) * Exact.Cross(from, to));
        return quoted;
    }

    private static IEnumerable<string> Codes(IEnumerable<Rate> rates) =>
        rates.Select(r => r.CharCode).Append(RatesOfDay.Rouble).Distinct().Order(StringComparer.Ordinal);

    private static IResult No(int status, string message) =>
        Results.Problem(statusCode: status, type: $"urn:problem-type:{(status == 404 ? "not-found" : "invalid-request")}",
            title: status == 404 ? "There is no such thing" : "The request is not valid",
            detail: message,
            extensions: new Dictionary<string, object?> { ["message"] = message });

    /// <summary>What a client asks. <see cref="Mistake"/>: why it cannot be answered.</summary>
    public sealed partial record Question(
        DateOnly From,
        DateOnly To,
        bool IsRange,
        string Base,
        IReadOnlySet<string>? Symbols,
        decimal Amount,
        string? Mistake = null)
    {
        /// <summary>Reads path and query; null where the path is none of Frankfurter's.</summary>
        public static Question? Of(string period, IQueryCollection query, DateOnly today)
        {
            if (Period().Match(period) is not { Success: true } match) return null;
            var (from, to, range) = (today, today, match.Groups["dots"].Success);
            string? mistake = null;
            if (match.Groups["from"].Success && !Date(match.Groups["from"].Value, out from)) mistake = "invalid date";
            if (!range) to = from;
            else if (match.Groups["to"].Success && !Date(match.Groups["to"].Value, out to)) mistake = "invalid date";

            var @base = (query["base"].FirstOrDefault() ?? query["from"].FirstOrDefault() ?? "EUR").ToUpperInvariant();
            var symbols =
                (query["symbols"].FirstOrDefault() ?? query["to"].FirstOrDefault())?.ToUpperInvariant().Split(
                    ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet();
            if (symbols is { Count: 0 }) symbols = null;
            if (symbols is { Count: 1 } && symbols.Contains(@base)) mistake = "bad currency pair";
            var amount = query["amount"].FirstOrDefault() is { } text ? Exact.Parse(text) : 1.0m;
            if (amount is null or <= 0 or > MostAmount) mistake = "invalid amount";
            return new(from, to, range, @base, symbols, amount ?? 0, mistake);
        }

        /// <summary>More would not fit a decimal with all its digits.</summary>
        public const decimal MostAmount = 1_000_000_000_000;

        /// <summary>Quotes of one answer, before any is read: about a megabyte.</summary>
        public const int MostQuotes = 75_000;

        // The bank quotes some fifty currencies, and none before 1992.
        private const int Quoted = 50;
        private static readonly DateOnly FirstQuoted = new(1992, 7, 1);

        /// <summary>How to ask for less if the range has more quotes than one answer gives; null if it has not.</summary>
        public string? TooLong(DateOnly today)
        {
            if (!IsRange) return null;
            var (first, last) = (From < FirstQuoted ? FirstQuoted : From, To > today ? today : To);
            var most = MostQuotes / Math.Min(Quoted, (Symbols?.Count ?? Quoted) + 1);
            return last.DayNumber - first.DayNumber < most
                ? null
                : $"range too long: ask for at most {most} days at a time, such as {Iso(first)}..{Iso(first.AddDays(most - 1))}, "
                    + "or name fewer symbols";
        }

        private static bool Date(string text, out DateOnly date) =>
            DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date)
            && ValidDates.Contains(date);

        private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        [GeneratedRegex(@"^(latest|current|(?<from>\d{4}-\d{2}-\d{2})((?<dots>\.\.)(?<to>\d{4}-\d{2}-\d{2})?)?)\z")]
        private static partial Regex Period();
    }

    /// <summary>One day, as Frankfurter writes it.</summary>
    public sealed record SingleDay(decimal Amount, string Base, DateOnly Date, IReadOnlyDictionary<string, decimal> Rates);

    /// <summary>A range, as Frankfurter writes it.</summary>
    public sealed record ManyDays(
        decimal Amount,
        string Base,
        [property: JsonPropertyName("start_date")] DateOnly StartDate,
        [property: JsonPropertyName("end_date")] DateOnly EndDate,
        IReadOnlyDictionary<DateOnly, SortedDictionary<string, decimal>> Rates);
}
