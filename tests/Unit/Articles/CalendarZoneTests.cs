using System.Globalization;
using Articles.Publishing;
using Platform.Web;
using Xunit;

namespace Unit.Articles;

/// <summary>Publication days in the requested time zone.</summary>
public class CalendarZoneTests
{
    [Theory]
    [InlineData(null, "2026-01-01", "2026-01-01T00:00Z")]
    [InlineData("Asia/Shanghai", "2026-01-01", "2025-12-31T16:00Z")]
    [InlineData("America/New_York", "2026-03-08", "2026-03-08T05:00Z")]
    [InlineData("America/New_York", "2026-03-09", "2026-03-09T04:00Z")]
    // In Cairo clocks go forward at midnight, and the day begins at one o'clock.
    [InlineData("Africa/Cairo", "2025-04-25", "2025-04-24T22:00Z")]
    // In autumn clocks go back at midnight, and the day begins when it is midnight for the second time.
    [InlineData("Africa/Cairo", "2025-10-31", "2025-10-30T22:00Z")]
    public void A_day_begins_at_midnight_in_its_time_zone(string? zone, string day, string moment) =>
        Assert.Equal(
            DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture),
            CalendarZone.Midnight(DateOnly.Parse(day, CultureInfo.InvariantCulture), CalendarZone.Of(zone)));

    [Theory]
    [InlineData("Asia/Shanghai"), InlineData("Pacific/Kiritimati"), InlineData("Etc/GMT+12")]
    public void The_first_and_the_last_day_of_the_calendar_have_a_beginning(string zone)
    {
        Assert.Equal(DateTimeOffset.MinValue, CalendarZone.Midnight(DateOnly.MinValue, CalendarZone.Of(zone)));
        Assert.InRange(CalendarZone.Midnight(DateOnly.MaxValue, CalendarZone.Of(zone)).Year, 9999, 9999);
    }

    [Theory]
    [InlineData(""), InlineData("Beijing"), InlineData("../../etc/passwd")]
    [InlineData("Asia/Shanghai\0"), InlineData("'; drop"), InlineData("UTC+8")]
    public void An_unknown_time_zone_is_rejected(string zone) =>
        Assert.Equal("timeZone", Assert.Throws<Malformed>(() => CalendarZone.Of(zone)).Field);
}
