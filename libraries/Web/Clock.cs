namespace Platform.Web;

/// <summary>Rounds instants to what is stored: UTC and whole milliseconds, so that a database column and its JSON never disagree.</summary>
public static class Clock
{
    /// <summary>The current instant, in UTC and whole milliseconds.</summary>
    public static DateTimeOffset Now(this TimeProvider clock) => clock.GetUtcNow().Instant();

    /// <summary>The same instant in UTC and whole milliseconds.</summary>
    public static DateTimeOffset Instant(this DateTimeOffset time) =>
        new(time.UtcTicks - time.UtcTicks % TimeSpan.TicksPerMillisecond, TimeSpan.Zero);
}
