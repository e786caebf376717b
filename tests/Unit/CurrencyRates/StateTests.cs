using CurrencyRates.States;
using Xunit;

namespace Unit.CurrencyRates;

public class StateTests
{
    [Theory]
    [InlineData("2015-07-09", null)]
    [InlineData("2015-07-10", Status.Observer)]
    [InlineData("2024-07-03", Status.Observer)]
    [InlineData("2024-07-04", Status.Member)]
    public void Facts_are_valid_from_their_date(string date, Status? status)
    {
        var state = new object[]
        {
            new StatusGiven(new(2024, 7, 4), Status.Member),
            new StatusGiven(new(2015, 7, 10), Status.Observer),
        }.Aggregate(new State { Id = "state-BY" }, (s, e) => s.Evolve(e));
        Assert.Equal(status, state.StatusOn(DateOnly.Parse(date, System.Globalization.CultureInfo.InvariantCulture))?.Status);
    }

    [Theory]
    [InlineData("Africa/Cairo", "2026-04-23T12:00:00Z", "+02:00", "2026-04-23T22:00:00Z", "+03:00")]
    [InlineData("Africa/Cairo", "2026-04-24T12:00:00Z", "+03:00", "2026-10-29T21:00:00Z", "+02:00")]
    [InlineData("Asia/Almaty", "2024-02-29T12:00:00Z", "+06:00", "2024-02-29T18:00:00Z", "+05:00")]
    [InlineData("Asia/Almaty", "2024-03-01T12:00:00Z", "+05:00", null, null)]
    [InlineData("Asia/Kathmandu", "2026-01-01T00:00:00Z", "+05:45", null, null)]
    [InlineData("Asia/Yangon", "2026-01-01T00:00:00Z", "+06:30", null, null)]
    [InlineData("Asia/Tehran", "2026-07-01T00:00:00Z", "+03:30", null, null)]
    [InlineData("Asia/Kolkata", "2026-07-01T00:00:00Z", "+05:30", null, null)]
    public void A_clock_has_its_offset_and_the_next_change(
        string zone,
        string at,
        string offset,
        string? change,
        string? then)
    {
        var clock = StateList.ClockOf(zone, At(at));
        Assert.Equal((offset, change is null ? null : new OffsetChange(At(change), then!)), (clock.UtcOffset, clock.NextChange));
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
