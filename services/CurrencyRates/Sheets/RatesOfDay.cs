using System.Text.Json;
using CurrencyRates.Bank;
using CurrencyRates.States;
using Marten;
using Platform.Web;

namespace CurrencyRates.Sheets;

/// <summary>
/// <c>GET /api/rates?date=&amp;asOf=&amp;lang=</c>: the currencies of the states, in the order of the states, at the rates in effect on a
/// date (default: today in Moscow); with <c>asOf</c>, as the table was displayed at that time.
/// </summary>
public static class RatesOfDay
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/rates", async (
            DateOnly? date,
            AsOf asOf,
            string? lang,
            HttpContext http,
            IQuerySession session,
            TimeProvider clock,
            CancellationToken ct) =>
            {
                var language = Language.OrDefault(lang);
                var now = clock.Now();
                var day = date ?? Moscow.Date(asOf.Moment ?? now);
                Task<RateSheet?> SheetOn(DateOnly on) =>
                    asOf.Moment is { } moment ? session.EffectiveOn(on, moment, ct) : session.EffectiveOn(on, ct);
                var staleness = await session.Staleness(now, ct);
                var sheet = await SheetOn(day)
                    ?? throw new NotFound(
                        asOf.Moment is null
                            ? $"There are no rates for {day:yyyy-MM-dd} or any earlier date"
                                + (staleness is null ? "." : $": {staleness.Reason}.")
                            : $"At {asOf.Moment:O} there were no rates for {day:yyyy-MM-dd} or any earlier date.");
                var before = await SheetOn(sheet.EffectiveFrom.AddDays(-1));
                var next = await session.NextAfter(sheet.EffectiveFrom, ct);
                var stale = asOf.Moment is null ? Freshness.Of(day, sheet.EffectiveFrom, next, staleness) : null;
                var states = await session.Query<State>().ToListAsync(ct);
                var currencies = (await session.Query<Currency>().ToListAsync(ct)).ToDictionary(c => c.Code());
                var view = Show(day, sheet, before, next, states, currencies, language) with { Stale = stale, AsOf = asOf.Moment };
                http.Response.TagWithKeys(SurrogateKey.Rates);
                return Versions.Versioned(http, EntityTag.Hash(JsonSerializer.SerializeToUtf8Bytes(view, Json.Http)), view);
            }).AllowAnonymous();

    /// <summary>
    /// Builds the table from two sheets and the registered states. Pure. If no state is registered, every currency of the sheet is a row.
    /// </summary>
    public static RatesView Show(
        DateOnly day,
        RateSheet sheet,
        RateSheet? before,
        DateOnly? next,
        IReadOnlyList<State> states,
        IReadOnlyDictionary<string, Currency> currencies,
        string language)
    {
        string? NameOf(string code) => currencies.GetValueOrDefault(code)?.Names.GetValueOrDefault(language);
        RateRow Row(string code, State? state)
        {
            var rate = sheet.Of(code);
            var row = new RateRow(state?.Code(), state?.Names.GetValueOrDefault(language), code, NameOf(code), Quoted: rate is not null);
            if (code == Rouble) return row with { Nominal = 1, Rate = 1, PerUnit = 1, Change = 0, Reason = "rates are given in roubles" };
            if (rate is null) return row with { Reason = $"the Bank of Russia set no rate for {code} on this date" };
            row = row with { Nominal = rate.Nominal, Rate = rate.Value, PerUnit = rate.PerUnit() };
            if (before?.Of(code) is not { } old) return row;
            return Redenomination.Between(new(before.EffectiveFrom, old), new(sheet.EffectiveFrom, rate))
                ? row with { Reason = "the previous rate is in another unit of money, so no change is shown" }
                : row with { Change = Exact.Trim(rate.PerUnit() - old.PerUnit()) };
        }

        RateRow[] rows =
        [
            .. states.WithStatusOn(day)
            .Select(s => (s.State, s.State.CurrencyOn(day)?.Code))
            .Where(s => s.Code is not null)
            .Select(s => Row(s.Code!, s.State)),
        ];
        RateRow[] others = [.. sheet.Rates.Select(r => r.CharCode).Except(rows.Select(r => r.Code)).Select(code => Row(code, null))];
        return new(
            day,
            sheet.EffectiveFrom,
            next?.AddDays(-1),
            before?.EffectiveFrom,
            sheet.Source,
            states.Count == 0 ? others : rows,
            states.Count == 0 ? [] : others);
    }

    /// <summary>The currency in which rates are given.</summary>
    public const string Rouble = "RUB";
}

/// <summary>
/// The table of a date: <c>effectiveFrom</c> is the date the rates were set for, <c>effectiveTo</c> the last day on which they are in
/// effect (absent until the next sheet is known), <c>comparedWith</c> the date of the previous sheet; <c>rows</c> are the currencies of the
/// states, <c>others</c> the other currencies that the bank quotes; <c>stale</c> says since when and why the table may be out of date, or
/// is null.
/// </summary>
public sealed record RatesView(
    DateOnly Date,
    DateOnly EffectiveFrom,
    DateOnly? EffectiveTo,
    DateOnly? ComparedWith,
    string Source,
    IReadOnlyList<RateRow> Rows,
    IReadOnlyList<RateRow> Others)
{
    /// <summary>Since when and why the table may be out of date.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)]
    public Stale? Stale { get; init; }
    /// <summary>The requested time, if <c>asOf</c> was sent.</summary>
    public DateTimeOffset? AsOf { get; init; }
}

/// <summary>
/// <c>rate</c> roubles for <c>nominal</c> units of <c>code</c>; <c>perUnit</c> and <c>change</c> (since the previous sheet) are for one
/// unit, so that a new nominal is not a change. If the bank quotes no rate, <c>quoted</c> is false; if the unit of money changed,
/// <c>change</c> is absent; <c>reason</c> explains both.
/// </summary>
public sealed record RateRow(
    string? State,
    string? StateName,
    string Code,
    string? Currency,
    bool Quoted,
    int? Nominal = null,
    decimal? Rate = null,
    decimal? PerUnit = null,
    decimal? Change = null,
    string? Reason = null);
