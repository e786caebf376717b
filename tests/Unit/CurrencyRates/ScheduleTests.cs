using CurrencyRates.Bank;
using CurrencyRates.Sheets;
using Xunit;

namespace Unit.CurrencyRates;

public class ScheduleTests
{
    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);

    [Theory]
    // Friday 2026-04-24 in the publication window: every five minutes until the rates of Saturday are stored, then the next day at noon.
    [InlineData("2026-04-24T13:00+03:00", "2026-04-24", false, "2026-04-24T13:05+03:00")]
    [InlineData("2026-04-24T13:00+03:00", "2026-04-24", true, "2026-04-24T13:05+03:00")]
    [InlineData("2026-04-24T13:00+03:00", null, false, "2026-04-24T13:05+03:00")]
    [InlineData("2026-04-24T13:00+03:00", "2026-04-25", false, "2026-04-25T12:00+03:00")]
    // Before the window opens, and after it closes.
    [InlineData("2026-04-24T11:59+03:00", "2026-04-24", false, "2026-04-24T12:00+03:00")]
    [InlineData("2026-04-24T19:00+03:00", "2026-04-24", false, "2026-04-25T12:00+03:00")]
    // A weekend day may be a working day, so poll every hour: a sheet for Sunday or Monday must be stored before the day begins.
    [InlineData("2026-04-25T12:30+03:00", "2026-04-25", false, "2026-04-25T13:30+03:00")]
    [InlineData("2024-12-28T18:30+03:00", "2024-12-28", false, "2024-12-28T19:30+03:00")]
    [InlineData("2024-12-28T13:00+03:00", "2024-12-29", false, "2024-12-29T12:00+03:00")]
    [InlineData("2026-04-22T19:00+03:00", "2026-04-22", false, "2026-04-23T12:00+03:00")]
    // After a failure, retry within an hour, or when the window opens if that is earlier.
    [InlineData("2026-04-25T12:30+03:00", "2026-04-24", true, "2026-04-25T13:30+03:00")]
    [InlineData("2026-04-24T11:30+03:00", "2026-04-24", true, "2026-04-24T12:00+03:00")]
    public void The_bank_is_polled_when_it_may_publish(string now, string? newest, bool failed, string next) =>
        Assert.Equal(At(next), Schedule.Next(At(now), newest is null ? null : Day(newest), failed, FiveMinutes));

    [Theory]
    [InlineData("2025-04-01", "2025-04-05", "2025-04-02 2025-04-03 2025-04-04")]
    [InlineData("2025-04-04", "2025-04-05", "")]
    [InlineData("2025-04-05", "2025-04-08", "2025-04-06 2025-04-07")] // Sunday and Monday rarely have a sheet
    [InlineData("2024-12-28", "2024-12-31", "2024-12-29 2024-12-30")]
    [InlineData("2025-04-05", "2025-04-05", "")]
    [InlineData("2025-04-08", "2025-04-05", "")]
    [InlineData(null, "2025-04-05", "")]
    [InlineData("2020-01-01", "2025-04-05", "2025-03-22 2025-03-23 2025-03-24 2025-03-25 2025-03-26 2025-03-27 2025-03-28 2025-03-29 "
        + "2025-03-30 2025-03-31 2025-04-01 2025-04-02 2025-04-03 2025-04-04")]
    public void At_most_a_fortnight_of_missed_days_is_fetched(string? newest, string answered, string missed) =>
        Assert.Equal(
            missed,
            string.Join(
                ' ', Schedule.Missed(newest is null ? null : Day(newest), Day(answered)).Select(d => d.ToString("yyyy-MM-dd", null))));

    [Theory]
    // Up to date, and on a weekend.
    [InlineData("2026-04-24T13:00+03:00", "2026-04-24", null, null, null)]
    [InlineData("2026-04-26T13:00+03:00", "2026-04-25", null, null, null)]
    [InlineData("2026-04-27T13:00+03:00", "2026-04-25", null, null, null)]
    // A Tuesday without a sheet for that day.
    [InlineData("2026-04-28T00:00+03:00", "2026-04-25", null, null, "2026-04-28T00:00+03:00 the bank has not been polled")]
    [InlineData("2026-11-24T13:00+03:00", "2026-04-25", null, "no route", "2026-04-28T00:00+03:00 no route")]
    // Holidays: the bank confirmed that there is nothing newer.
    [InlineData("2026-01-08T13:00+03:00", "2025-12-31", "2026-01-08T12:00+03:00", null, null)]
    [InlineData(
        "2026-01-08T13:00+03:00", "2025-12-31", "2026-01-03T12:00+03:00", null, "2026-01-01T00:00+03:00 the bank has not been polled")]
    // The bank fails while today's rates are stored, or already those of tomorrow.
    [InlineData("2026-04-24T13:00+03:00", "2026-04-24", null, "403", "2026-04-24T12:30+03:00 403")]
    [InlineData("2026-04-24T13:00+03:00", "2026-04-25", null, "403", null)]
    public void Staleness_has_a_start_and_a_reason(
        string now,
        string newest,
        string? answered,
        string? failing,
        string? stale)
    {
        var bank = answered is null && failing is null ? null : new BankStatus
        {
            AnsweredAt = answered is null ? null : At(answered),
            Failing = failing is null ? null : new(At("2026-04-24T12:30+03:00"), failing),
        };
        Assert.Equal(
            stale is null ? null : new Stale(At(stale.Split(' ')[0]), stale[(stale.IndexOf(' ', StringComparison.Ordinal) + 1)..]),
            Freshness.Of(At(now), Day(newest), bank));
    }

    [Fact]
    public void Repeated_failures_keep_the_first_start_until_a_poll_succeeds()
    {
        var noon = At("2026-04-24T12:00+03:00");
        var failing = new BankStatus().Failed(noon, noon, "403").Failed(noon.AddHours(1), noon, "HTML");
        Assert.Equal(new Stale(noon, "HTML"), failing.Failing);
        Assert.Null(failing.Answered(noon, noon).Failing);
    }

    [Theory]
    [InlineData("2024-06-01", "2023-09-27", "2025-04-01", true)]
    [InlineData("2026-01-11", "2025-12-31", "2026-01-13", false)]
    [InlineData("2025-04-03", "2025-04-03", "2025-04-04", false)]
    public void A_past_date_is_stale_only_if_sheets_around_it_are_missing(string asked, string effective, string next, bool stale) =>
        Assert.Equal(stale, Freshness.Of(Day(asked), Day(effective), Day(next), new Stale(DateTimeOffset.UnixEpoch, "now")) is not null);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
