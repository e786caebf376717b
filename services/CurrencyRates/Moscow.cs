using NodaTime;

namespace CurrencyRates;

/// <summary>
/// The bank's clock and calendar. New rates appear on working days in the afternoon and hold from the next calendar day on. A Saturday or
/// a Sunday is a working day when the government moves one there, and then the next day's rates are dated Sunday or Monday.
/// </summary>
public static class Moscow
{
    private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Europe/Moscow"];
    private static readonly LocalTime Opens = new(12, 0), Closes = new(19, 0);

    /// <summary>The date in Moscow.</summary>
    public static DateOnly Date(DateTimeOffset now) => Local(now).Date.ToDateOnly();

    /// <summary>The first moment of a date in Moscow.</summary>
    public static DateTimeOffset StartOf(DateOnly date) => Zone.AtStartOfDay(LocalDate.FromDateOnly(date)).ToDateTimeOffset();

    /// <summary>Whether the bank may be publishing tomorrow's rates right now: 12:00 to 19:00.</summary>
    public static bool Publishing(DateTimeOffset now) => Local(now).TimeOfDay is var time && time >= Opens && time < Closes;

    /// <summary>Whether it is Saturday or Sunday in Moscow, when the bank seldom publishes.</summary>
    public static bool IsWeekend(DateTimeOffset now) => Local(now).DayOfWeek is IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday;

    /// <summary>When the bank may next begin to publish: the coming 12:00.</summary>
    public static DateTimeOffset NextOpening(DateTimeOffset now)
    {
        var day = Local(now).Date;
        if (Local(now).TimeOfDay >= Opens) day = day.PlusDays(1);
        return Zone.AtLeniently(day.At(Opens)).ToDateTimeOffset();
    }

    /// <summary>Rates are usually set for Tuesday to Saturday; if there are none for a Sunday or a Monday, that is no delay.</summary>
    public static bool IsRateDay(DateOnly date) => date.DayOfWeek is not (DayOfWeek.Sunday or DayOfWeek.Monday);

    private static ZonedDateTime Local(DateTimeOffset now) => Instant.FromDateTimeOffset(now).InZone(Zone);
}
