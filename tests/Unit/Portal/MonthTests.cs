using Portal.Console.Editing;
using Xunit;

namespace Unit.Portal;

public class MonthTests
{
    [Theory]
    [InlineData("2026-02", 5, "2026-01-26", "2026-03-01")]
    [InlineData("2027-02", 4, "2027-02-01", "2027-02-28")]
    [InlineData("2026-08", 6, "2026-07-27", "2026-09-06")]
    public void A_month_is_shown_in_whole_weeks_from_Monday(string month, int weeks, string first, string last)
    {
        var shown = Month.Parse(month, default).Weeks().ToArray();

        Assert.Equal(weeks, shown.Length);
        Assert.All(shown, week => Assert.Equal((7, DayOfWeek.Monday), (week.Length, week[0].DayOfWeek)));
        Assert.Equal((DateOnly.Parse(first, null), DateOnly.Parse(last, null)), (shown[0][0], shown[^1][^1]));
    }

    [Theory]
    [InlineData("2026-12", "2026-12"), InlineData(null, "2027-01"), InlineData("soon", "2027-01")]
    [InlineData("0001-01", "2027-01"), InlineData("9999-12", "2027-01")]
    public void An_invalid_month_is_replaced_by_the_current_one(string? text, string month) =>
        Assert.Equal(month, Month.Parse(text, new DateOnly(2027, 1, 31)).ToString());

    [Fact]
    public void A_month_has_a_previous_and_a_next_month()
    {
        var month = Month.Parse("2026-12", default);
        Assert.Equal(("2026-11", "2027-01"), (month.Previous.ToString(), month.Next.ToString()));
    }
}
