using CurrencyRates.Sheets;
using Xunit;

namespace Unit.CurrencyRates;

public class AsOfTests
{
    [Theory]
    [InlineData("2026-04-25", "2026-04-25T00:00:00Z")]
    [InlineData("2026-04-25T10:00:00Z", "2026-04-25T10:00:00Z")]
    [InlineData("2026-04-25T10:00:00.123+03:00", "2026-04-25T07:00:00.123Z")]
    [InlineData("2026-04-25T10:00:00 03:00", "2026-04-25T07:00:00Z")]
    public void AsOf_is_a_date_or_an_instant_with_an_offset(string text, string moment) =>
        Assert.Equal(At(moment), AsOf.Parse(text).Moment);

    [Theory]
    [InlineData("2026-04-25T10:00:00")]
    [InlineData("25.04.2026")]
    [InlineData("2026-04-31")]
    [InlineData("now")]
    public void Any_other_AsOf_is_malformed(string text) => Assert.Throws<global::Platform.Web.Malformed>(() => AsOf.Parse(text));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
