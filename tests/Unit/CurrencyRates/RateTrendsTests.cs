using System.Globalization;
using CurrencyRates.Sheets;
using Xunit;

namespace Unit.CurrencyRates;

public class RateTrendsTests
{
    [Fact]
    public void Each_currency_has_the_last_rate_of_each_week_for_one_unit()
    {
        var trends = RateTrends.Show([
            On("2026-01-05", "USD", 1, 80m), On("2026-01-05", "KZT", 100, 16m),
            On("2026-01-09", "USD", 1, 81m), On("2026-01-09", "KZT", 100, 17m),
            On("2026-01-12", "USD", 1, 82m),
        ]);

        Assert.Equal(["KZT", "USD"], trends.Select(t => t.Code));
        Assert.Equal([new TrendRate(Day("2026-01-09"), 0.17m)], trends[0].Items);
        Assert.Equal([new TrendRate(Day("2026-01-09"), 81m), new TrendRate(Day("2026-01-12"), 82m)], trends[1].Items);
    }

    [Fact]
    public void A_trend_begins_at_the_last_redenomination()
    {
        var trend = Assert.Single(RateTrends.Show([On("2016-06-30", "BYN", 10000, 31.9m), On("2016-07-01", "BYN", 1, 31.9m)]));

        Assert.Equal([new TrendRate(Day("2016-07-01"), 31.9m)], trend.Items);
    }

    [Fact]
    public void Without_rates_there_are_no_trends() => Assert.Empty(RateTrends.Show([]));

    private static DatedRate On(string date, string code, int nominal, decimal value) =>
        new(Day(date), new Rate("R01000", "000", code, nominal, value));

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
