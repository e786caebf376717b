namespace CurrencyRates.Sheets;

/// <summary>
/// Detects when a unit of money was replaced, such as 1,000 Tajik roubles by one somoni in 2000. Rates before and after are not comparable,
/// so no change, minimum, maximum or average spans such a day (docs/decisions/0094).
/// </summary>
public static class Redenomination
{
    /// <summary>The day since which rates are in new roubles; one new rouble replaced 1,000 old ones.</summary>
    private static readonly DateOnly NewRouble = new(1998, 1, 1);

    /// <summary>A ratio that no market reaches from one sheet to the next, but every redenomination exceeds.</summary>
    private const int MinRatio = 100;

    /// <summary>Whether two consecutive rates of a currency are in different units of money.</summary>
    public static bool Between(DatedRate earlier, DatedRate later)
    {
        if (earlier.Date < NewRouble && later.Date >= NewRouble) return true;
        var ratio = later.Rate.PerUnit() / earlier.Rate.PerUnit();
        return ratio is >= MinRatio or <= 1m / MinRatio;
    }

    /// <summary>The dates since which the rates of a series are in another unit of money, in order.</summary>
    public static IReadOnlyList<DateOnly> In(IReadOnlyList<DatedRate> series) =>
        [.. series.Zip(series.Skip(1)).Where(pair => Between(pair.First, pair.Second)).Select(pair => pair.Second.Date)];
}
