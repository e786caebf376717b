using System.Security.Cryptography;
using System.Text.Json;
using Marten;
using Platform.EventSourcing;
using Platform.Hosting;

namespace CurrencyRates;

/// <summary>
/// <c>GET /api/rates?date=&amp;asOf=&amp;lang=</c>: the currencies of the states, in the states' order, at the rates that hold on a date
/// (today in Moscow where absent); with <c>asOf</c> as the table was shown at that moment.
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
                var language = Names.Language(lang);
                var now = clock.Now();
                var asked = date ?? Moscow.Date(asOf.Moment ?? now);
                Task<RateSheet?> Holding(DateOnly on) =>
                    asOf.Moment is { } moment ? session.HoldingOn(on, moment, ct) : session.HoldingOn(on, ct);
                var fresh = await session.Freshly(now, ct);
                var sheet = await Holding(asked)
                    ?? throw new NotFound(
                        asOf.Moment is null
                            ? $"No rates are known for {asked:yyyy-MM-dd} or before{(fresh is null ? "" : $": {fresh.Reason}")}."
                            : $"At {asOf.Moment:O} no rates were known for {asked:yyyy-MM-dd} or before.");
                var before = await Holding(sheet.EffectiveFrom.AddDays(-1));
                var next = await session.NextAfter(sheet.EffectiveFrom, ct);
                var stale = asOf.Moment is null ? Freshness.Of(asked, sheet.EffectiveFrom, next, fresh) : null;
                var states = await session.Query<State>().ToListAsync(ct);
                var currencies = (await session.Query<Currency>().ToListAsync(ct)).ToDictionary(c => c.Code());
                var view = Show(asked, sheet, before, next, states, currencies, language) with { Stale = stale, AsOf = asOf.Moment };
                http.Response.Name("rates");
                return Versions.Versioned(
                    http, Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(view, Json.Http)))[..16], view);
            }).AllowAnonymous();

    /// <summary>
    /// The table out of two sheets and the registry. Pure. Where no state is registered yet, every currency of the sheet is a row.
    /// </summary>
    public static RatesView Show(
        DateOnly asked,
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
                ? row with { Reason = "the rate before is in another unit of money, so there is no change to show" }
                : row with { Change = Exact.Trim(rate.PerUnit() - old.PerUnit()) };
        }

        RateRow[] rows =
        [
            .. states.StandingOn(asked)
            .Select(s => (s.State, s.State.CurrencyOn(asked)?.Code))
            .Where(s => s.Code is not null)
            .Select(s => Row(s.Code!, s.State)),
        ];
        RateRow[] others = [.. sheet.Rates.Select(r => r.CharCode).Except(rows.Select(r => r.Code)).Select(code => Row(code, null))];
        return new(
            asked,
            sheet.EffectiveFrom,
            next?.AddDays(-1),
            before?.EffectiveFrom,
            sheet.Source,
            states.Count == 0 ? others : rows,
            states.Count == 0 ? [] : others);
    }

    /// <summary>What rates are given in.</summary>
    public const string Rouble = "RUB";
}

/// <summary>
/// The table of a date: <c>effectiveFrom</c> is the date the rates were set for, <c>effectiveTo</c> the last day they hold (absent while
/// the next sheet is not known), <c>comparedWith</c> the sheet before; <c>rows</c> the currencies of the states, <c>others</c> what else
/// the bank quotes; <c>stale</c> since when and why the table may be out of date, or null.
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
    /// <summary>The moment whose table this is, where one was asked for.</summary>
    public DateTimeOffset? AsOf { get; init; }
}

/// <summary>
/// <c>rate</c> roubles for <c>nominal</c> units of <c>code</c>; <c>perUnit</c> and <c>change</c> (against the sheet before) are for one
/// unit, so that a new nominal is no change. If the bank quotes none, <c>quoted</c> is false; if the unit of money changed, <c>change</c>
/// is absent; <c>reason</c> says why.
/// </summary>
public sealed record RateRow(
    string? State, string? StateName, string Code, string? Currency, bool Quoted, int? Nominal = null, decimal? Rate = null,
    decimal? PerUnit = null, decimal? Change = null, string? Reason = null);
