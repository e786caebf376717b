namespace CurrencyRates;

/// <summary>
/// Where a unit of money was replaced by another one, such as 1,000 Tajik roubles by one somoni in 2000. Rates before and after do not
/// compare: no change, minimum, maximum or average spans such a day (docs/decisions/0094).
/// </summary>
public static class Redenomination
{
    /// <summary>From this day on rates are in new roubles; one replaced 1,000 old ones.</summary>
    private static readonly DateOnly NewRouble = new(1998, 1, 1);

    /// <summary>No market moves a rate by so much from one sheet to the next, and every redenomination moves it by more.</summary>
    private const int Jump = 100;

    /// <summary>Whether one of two consecutive rates of a currency is in another unit of money than the other.</summary>
    public static bool Between(DatedRate earlier, DatedRate later)
    {
        if (earlier.Date < NewRouble && later.Date >= NewRouble) return true;
        var ratio = later.Rate.PerUnit() / earlier.Rate.PerUnit();
        return ratio is >= Jump or <= 1m / Jump;
    }

    /// <summary>The dates from which on the rates of a series are in another unit of money, in order.</summary>
    public static IReadOnlyList<DateOnly> In(IReadOnlyList<DatedRate> series) =>
        [.. series.Zip(series.Skip(1)).Where(pair => Between(pair.First, pair.Second)).Select(pair => pair.Second.Date)];
}
