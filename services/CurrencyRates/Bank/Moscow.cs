using NodaTime;

namespace CurrencyRates.Bank;

/// <summary>
/// The clock and calendar of the bank. New rates are published in the afternoon of working days and take effect on the next calendar day.
/// If the government makes a Saturday or Sunday a working day, the next rates are dated Sunday or Monday.
/// </summary>
public static class Moscow
{
    private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Europe/Moscow"];
    private static readonly LocalTime Opens = new(12, 0), Closes = new(19, 0);

    /// <summary>The date in Moscow.</summary>
    public static DateOnly Date(DateTimeOffset now) => Local(now).Date.ToDateOnly();

    /// <summary>The start of a date in Moscow.</summary>
    public static DateTimeOffset StartOf(DateOnly date) => Zone.AtStartOfDay(LocalDate.FromDateOnly(date)).ToDateTimeOffset();

    /// <summary>Whether the bank may publish the rates of tomorrow at this time: from 12:00 to 19:00.</summary>
    public static bool Publishing(DateTimeOffset now) => Local(now).TimeOfDay is var time && time >= Opens && time < Closes;

    /// <summary>Whether it is Saturday or Sunday in Moscow, when the bank rarely publishes.</summary>
    public static bool IsWeekend(DateTimeOffset now) => Local(now).DayOfWeek is IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday;

    /// <summary>The next time at which the bank may start to publish: the next 12:00.</summary>
    public static DateTimeOffset NextOpening(DateTimeOffset now)
    {
        var day = Local(now).Date;
        if (Local(now).TimeOfDay >= Opens) day = day.PlusDays(1);
        return Zone.AtLeniently(day.At(Opens)).ToDateTimeOffset();
    }

    /// <summary>
    /// Whether rates are usually set for a date: from Tuesday to Saturday. A missing sheet for Sunday or Monday is not a delay.
    /// </summary>
    public static bool IsRateDay(DateOnly date) => date.DayOfWeek is not (DayOfWeek.Sunday or DayOfWeek.Monday);

    private static ZonedDateTime Local(DateTimeOffset now) => Instant.FromDateTimeOffset(now).InZone(Zone);
}
