using System.Globalization;
using Portal.Reader;
using Xunit;

namespace Unit.Portal;

/// <summary>Readers see dates and times in the site's time zone, which may differ from that of the server.</summary>
public sealed class TimeTests : IDisposable
{
    private readonly CultureInfo _before = CultureInfo.CurrentCulture;

    public void Dispose() => CultureInfo.CurrentCulture = _before;

    [Theory]
    [InlineData("en", "1 January 2026, 00:30"), InlineData("ru", "1 января 2026, 00:30"), InlineData("zh", "2026年1月1日 00:30")]
    public void A_time_is_shown_in_the_sites_time_zone(string lang, string shown)
    {
        CultureInfo.CurrentCulture = ReaderSite.Culture(lang);
        var moment = new DateTimeOffset(2025, 12, 31, 16, 30, 0, TimeSpan.Zero);

        Assert.Equal(shown, Format.Moment(moment, ReaderSite.ZoneOf(null)));
        Assert.Equal(Format.Day(new DateOnly(2025, 12, 31)), Format.Day(moment));
    }

    [Fact]
    public void All_times_of_a_minute_are_requested_as_its_beginning()
    {
        var minute = new DateTimeOffset(2026, 7, 1, 10, 30, 0, TimeSpan.FromHours(3));
        foreach (var seconds in new[] { 0, 1, 59.999 }) Assert.Equal("2026-07-01T07:30Z", Format.Minute(minute.AddSeconds(seconds)));
        Assert.Equal("2026-07-01T07:31Z", Format.Minute(minute.AddMinutes(1)));
    }

    [Theory]
    [InlineData("", "2026-07-01", "UTC+8"), InlineData("UTC", "2026-07-01", "UTC"), InlineData("Asia/Kolkata", "2026-07-01", "UTC+5:30")]
    [InlineData("Europe/Berlin", "2026-07-01", "UTC+2"), InlineData("Europe/Berlin", "2026-01-01", "UTC+1")]
    [InlineData("America/St_Johns", "2026-01-01", "UTC\u22123:30")]
    public void A_time_is_shown_with_its_offset_from_UTC(string zone, string day, string offset) =>
        Assert.Equal(offset, Format.Offset(DateTimeOffset.Parse($"{day}T00:00Z", CultureInfo.InvariantCulture), ReaderSite.ZoneOf(zone)));

    [Fact]
    public void An_unknown_time_zone_is_reported_with_the_name_of_the_setting() =>
        Assert.Contains(
            "Portal:TimeZone",
            Assert.Throws<InvalidOperationException>(() => ReaderSite.ZoneOf("Beijing")).Message,
            StringComparison.Ordinal);
}
