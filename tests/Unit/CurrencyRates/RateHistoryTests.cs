using System.Globalization;
using CurrencyRates.Sheets;
using Xunit;

namespace Unit.CurrencyRates;

public class RateHistoryTests
{
    // One somoni replaced 1,000 Tajik roubles.
    private static readonly DatedRate[] Somoni =
    [
        On("2000-10-26", "TJS", 1000, 12.4m),
        On("2000-10-27", "TJS", 1000, 12.6m),
        On("2000-11-01", "TJS", 1, 12.5m),
        On("2000-11-02", "TJS", 1, 12.7m),
    ];

    [Fact]
    public void Figures_cover_the_rates_since_the_last_redenomination()
    {
        var view = RateHistory.Show("TJS", Somoni[0].Date, Somoni[^1].Date, Interval.Daily, Somoni);
        Assert.Equal([Day("2000-11-01")], view.Breaks);
        var (least, most) = (new Extreme(Day("2000-11-01"), 12.5m), new Extreme(Day("2000-11-02"), 12.7m));
        Assert.Equal((least, most, 12.6m), (view.Min, view.Max, view.Average));
        Assert.Equal(Somoni.Select(r => r.Rate.PerUnit()), view.Items.Select(i => i.PerUnit));
    }

    [Theory]
    [InlineData(Interval.Weekly, "2000-10-23 2 0.0124 0.0126|2000-10-30 2 12.5 12.7")]
    [InlineData(Interval.Monthly, "2000-10-01 2 0.0124 0.0126|2000-11-01 2 12.5 12.7")]
    public void A_week_or_a_month_never_mixes_two_units_of_money(Interval interval, string items) => Assert.Equal(
        items,
        string.Join('|', RateHistory.Show("TJS", Somoni[0].Date, Somoni[^1].Date, interval, Somoni).Items
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"{i.Date:yyyy-MM-dd} {i.Sheets} {i.Min} {i.Max}"))));

    [Fact]
    public void A_month_with_a_redenomination_covers_only_the_days_since()
    {
        DatedRate[] month = [On("2000-10-27", "TJS", 1000, 12.6m), On("2000-10-30", "TJS", 1, 12.5m)];
        var item = Assert.Single(RateHistory.Show("TJS", month[0].Date, month[1].Date, Interval.Monthly, month).Items);
        Assert.Equal((12.5m, 12.5m, 12.5m, 1), (item.Min, item.Max, item.Average, item.Sheets));
    }

    [Theory]
    [InlineData("1997-12-31", 1, "5960", "1998-01-01", 1, "5.96", true)] // the new rouble
    [InlineData("1992-07-01", 1, "125", "2025-04-04", 1, "84.2774", true)] // the new rouble again, although the figures are similar
    [InlineData("2016-06-30", 10000, "31.9", "2016-07-01", 1, "31.9", true)] // the new Belarusian rouble
    [InlineData("1998-08-17", 1, "6.3", "1998-09-09", 1, "20.8", false)] // a crisis
    [InlineData("2025-04-04", 1, "1.1", "2025-04-05", 1000, "1100", false)] // a new nominal
    public void A_redenomination_is_distinguished_from_a_crisis_and_a_new_nominal(
        string before,
        int oldNominal,
        string old,
        string after,
        int nominal,
        string value,
        bool isBreak)
    {
        var (earlier, later) = (On(before, "USD", oldNominal, Number(old)), On(after, "USD", nominal, Number(value)));
        Assert.Equal(isBreak, Redenomination.Between(earlier, later));
    }

    [Fact]
    public void The_table_of_a_day_shows_no_change_across_a_redenomination()
    {
        var (before, after) = (Sheet(Somoni[1]), Sheet(Somoni[2]));
        var table = RatesOfDay.Show(after.EffectiveFrom, after, before, null, [], new Dictionary<string, Currency>(), "en");
        var row = Assert.Single(table.Rows);
        Assert.Equal((12.5m, null), (row.PerUnit, row.Change));
        Assert.Contains("another unit of money", row.Reason, StringComparison.Ordinal);
    }

    private static RateSheet Sheet(DatedRate rate) => new() { EffectiveFrom = rate.Date, Rates = [rate.Rate] };
    private static DatedRate On(string date, string code, int nominal, decimal value) =>
        new(Day(date), new Rate("R01670", "972", code, nominal, value));
    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
