using System.Collections.Concurrent;
using Platform.Hosting;

namespace Gateway;

/// <summary>
/// When each surrogate key last changed, on a clock that only counts changes. An answer fetched at moment t is current as long as none of
/// its keys changed after t; so an answer fetched before a change can never be served after it, and nothing has to be searched and evicted.
/// </summary>
public sealed class Generations(TimeProvider? clock = null)
{
    /// <summary>More keys than this are forgotten together, and with them every answer.</summary>
    public const int MostKeys = 100_000;

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly ConcurrentDictionary<string, Change> _changed = new();
    private readonly Lock _raising = new();
    private long _now;
    private long _floor;
    private long _floorAt = long.MinValue;

    private readonly record struct Change(long Moment, long At);

    /// <summary>Take it before fetching an answer.</summary>
    public long Now => Interlocked.Read(ref _now);

    /// <summary>These keys change now; <see cref="SurrogateKeys.Everything"/> stands for all.</summary>
    public void Raise(IEnumerable<string> keys)
    {
        lock (_raising)
        {
            string[] raised = [.. keys];
            if (raised.Contains(SurrogateKeys.Everything))
            {
                RaiseAll();
                return;
            }
            // First what changed, then the moment: whoever sees the moment and remembers that it looked has seen the change.
            var change = new Change(_now + 1, _clock.GetTimestamp());
            foreach (var key in raised) _changed[key] = change;
            Interlocked.Exchange(ref _now, change.Moment);
            if (_changed.Count > MostKeys) RaiseAll();
        }
    }

    /// <summary>Everything may have changed: no answer fetched until now is current any more.</summary>
    public void RaiseAll()
    {
        lock (_raising)
        {
            Interlocked.Exchange(ref _floorAt, _clock.GetTimestamp());
            Interlocked.Exchange(ref _floor, _now + 1);
            _changed.Clear();
            Interlocked.Exchange(ref _now, _now + 1);
        }
    }

    /// <summary>Whether what was fetched may still be served.</summary>
    public bool IsCurrent(Fetched fetched)
    {
        var now = Now;
        if (fetched.CheckedAt == now) return true;
        if (fetched.Keys.Contains(SurrogateKeys.Everything) && fetched.At < now) return false;
        foreach (var key in fetched.Keys)
            if (_changed.TryGetValue(key, out var changed) && changed.Moment > fetched.At) return false;
        // Last: a key that was forgotten during the look has raised the floor before.
        if (fetched.At < Interlocked.Read(ref _floor)) return false;
        fetched.CheckedAt = now;
        return true;
    }

    /// <summary>
    /// Whether one of these keys changed at that time of the clock or later, and not after that moment; as far as this gateway knows.
    /// </summary>
    public bool HaveChanged(IEnumerable<string> keys, long since, long until) =>
        keys.Any(key => _changed.TryGetValue(key, out var changed) && changed.At >= since && changed.Moment <= until)
        || (Interlocked.Read(ref _floorAt) >= since && Interlocked.Read(ref _floor) <= until);
}

/// <summary>Something fetched at a moment of the generations, made of these keys.</summary>
public sealed class Fetched(long at, IReadOnlyList<string> keys)
{
    /// <summary>The moment before it was fetched.</summary>
    public long At => at;
    /// <summary>What it is made of.</summary>
    public IReadOnlyList<string> Keys => keys;
    /// <summary>Moment at which it was last found current: between two changes one look is enough.</summary>
    internal long CheckedAt { get; set; } = -1;
}
