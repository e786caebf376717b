namespace Kit;

/// <summary>A clock that a test can set. It then advances at the normal pace, and timers run in real time.</summary>
public sealed class SetClock(DateTimeOffset start) : TimeProvider
{
    private TimeSpan _ahead = start - System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _ahead;

    public void Set(DateTimeOffset now) => _ahead = now - System.GetUtcNow();
}
