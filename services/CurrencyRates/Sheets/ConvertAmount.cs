using CurrencyRates.Bank;
using CurrencyRates.Foreign;
using Fractions;
using Marten;
using Platform.Web;

namespace CurrencyRates.Sheets;

/// <summary>
/// <c>GET /api/rates/convert?from=&amp;to=&amp;amount=&amp;date=&amp;decimals=</c>: converts an amount through the rouble at the rates in
/// effect on a date (default: today in Moscow). The calculation is exact and rounded once at the end, half to even.
/// </summary>
public static class ConvertAmount
{
    /// <summary>Decimals of the result if none are requested.</summary>
    public const int DefaultDecimals = 4;

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/rates/convert", async (
            string? from,
            string? to,
            string? amount,
            DateOnly? date,
            int? decimals,
            IQuerySession session,
            TimeProvider clock,
            CancellationToken ct) =>
            {
                var quantity = amount is null
                    ? 1
                    : Exact.Parse(amount) is { } given and > 0 and <= Frankfurter.Query.MaxAmount
                    ? given
                    : throw new Malformed("amount", "must be a number greater than 0 and at most 1000000000000, with a decimal point");
                if (decimals is < 0 or > 10) throw new Malformed("decimals", "must be a number from 0 to 10");
                var now = clock.Now();
                var day = date ?? Moscow.Date(now);
                var (source, target) = (Code("from", from), Code("to", to));
                var sheet = await session.EffectiveOn(day, ct)
                    ?? throw new NotFound($"There are no rates for {day:yyyy-MM-dd} or any earlier date.");
                var cross = Exact.Cross(Find(sheet, source), Find(sheet, target));
                var places = decimals ?? DefaultDecimals;
                var stale = Freshness.Of(
                    day, sheet.EffectiveFrom, await session.NextAfter(sheet.EffectiveFrom, ct), await session.Staleness(now, ct));
                return new Conversion(
                    source,
                    target,
                    quantity,
                    Exact.Round(Fraction.FromDecimal(quantity) * cross, places),
                    Exact.Significant(cross),
                    $"half to even, to {places} decimals; rate to {Exact.RateDigits} significant digits",
                    day,
                    sheet.EffectiveFrom,
                    sheet.Source,
                    stale);
            }).AllowAnonymous();

    private static string Code(string field, string? code) =>
        code?.ToUpperInvariant() is { Length: 3 } letters ? letters : throw new Malformed(field, "must be a three-letter currency code");

    private static Rate? Find(RateSheet sheet, string code) =>
        code == RatesOfDay.Rouble
            ? null
            : sheet.Of(code) ?? throw new NotFound($"The Bank of Russia set no rate for {code} on {sheet.EffectiveFrom:yyyy-MM-dd}.");
}

/// <summary>
/// The converted amount: <c>result</c> is calculated from the exact fraction, not from the displayed <c>rate</c>, and rounded as
/// <c>rounding</c> says.
/// </summary>
public sealed record Conversion(
    string From,
    string To,
    decimal Amount,
    decimal Result,
    decimal Rate,
    string Rounding,
    DateOnly Date,
    DateOnly EffectiveFrom,
    string Source,
    Stale? Stale);
