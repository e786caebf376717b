using Fractions;
using Marten;
using Platform.EventSourcing;
using Platform.Hosting;

namespace CurrencyRates;

/// <summary>
/// <c>GET /api/rates/convert?from=&amp;to=&amp;amount=&amp;date=&amp;decimals=</c>: an amount through the rouble at the rates that hold on
/// a date (today in Moscow where absent). Exact until the end, then rounded once, half to even.
/// </summary>
public static class ConvertAmount
{
    /// <summary>Decimals of a result where none are asked for.</summary>
    public const int UsualDecimals = 4;

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
                    : Exact.Parse(amount) is { } given and > 0 and <= Frankfurter.Question.MostAmount
                    ? given
                    : throw new Malformed("amount", "must be a number above 0 and up to 1,000,000,000,000, with a decimal point");
                if (decimals is < 0 or > 10) throw new Malformed("decimals", "must be 0 to 10");
                var now = clock.Now();
                var asked = date ?? Moscow.Date(now);
                var (source, target) = (Code("from", from), Code("to", to));
                var sheet = await session.HoldingOn(asked, ct)
                    ?? throw new NotFound($"No rates are known for {asked:yyyy-MM-dd} or before.");
                var cross = Exact.Cross(Find(sheet, source), Find(sheet, target));
                var places = decimals ?? UsualDecimals;
                var stale = Freshness.Of(
                    asked, sheet.EffectiveFrom, await session.NextAfter(sheet.EffectiveFrom, ct), await session.Freshly(now, ct));
                return new Conversion(
                    source,
                    target,
                    quantity,
                    Exact.Round(Fraction.FromDecimal(quantity) * cross, places),
                    Exact.Significant(cross),
                    $"half to even, to {places} decimals; rate to {Exact.RateDigits} significant digits",
                    asked,
                    sheet.EffectiveFrom,
                    sheet.Source,
                    stale);
            }).AllowAnonymous();

    private static string Code(string field, string? code) =>
        code?.ToUpperInvariant() is { Length: 3 } letters ? letters : throw new Malformed(field, "must be the three letters of a currency");

    private static Rate? Find(RateSheet sheet, string code) =>
        code == RatesOfDay.Rouble
            ? null
            : sheet.Of(code) ?? throw new NotFound($"The Bank of Russia set no rate for {code} from {sheet.EffectiveFrom:yyyy-MM-dd}.");
}

/// <summary>
/// What an amount comes to: <c>result</c> is rounded as <c>rounding</c> says, from the exact fraction and not from the shown <c>rate</c>.
/// </summary>
public sealed record Conversion(
    string From, string To, decimal Amount, decimal Result, decimal Rate, string Rounding, DateOnly Date, DateOnly EffectiveFrom,
    string Source, Stale? Stale);
