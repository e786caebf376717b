namespace Kit;

/// <summary>A clock that a test sets; it then runs on at its usual pace, and timers are real.</summary>
public sealed class SetClock(DateTimeOffset start) : TimeProvider
{
    private TimeSpan _ahead = start - System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _ahead;

    public void Set(DateTimeOffset now) => _ahead = now - System.GetUtcNow();
}
