using System.Collections.Concurrent;
using Platform.Contracts;

namespace Gateway.Cache;

/// <summary>
/// Records when each surrogate key last changed, on a clock that only counts changes (generations). A response fetched at generation g is
/// current if none of its keys changed after g. So a response fetched before a change is never served after it, and no cache entries need
/// to be found and evicted.
/// </summary>
public sealed class Generations(TimeProvider? clock = null)
{
    /// <summary>If more keys than this are recorded, all are dropped, which makes every cached response stale.</summary>
    public const int MaxKeys = 100_000;

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly ConcurrentDictionary<SurrogateKey, Change> _changed = new();
    private readonly Lock _lock = new();
    private long _now;
    private long _floor;
    private long _floorAt = long.MinValue;

    private readonly record struct Change(long Generation, long Timestamp);

    /// <summary>The current generation. Read it before fetching a response.</summary>
    public long Now => Interlocked.Read(ref _now);

    /// <summary>Records that these keys changed. <see cref="SurrogateKey.Everything"/> stands for all keys.</summary>
    public void Invalidate(IEnumerable<SurrogateKey> keys)
    {
        lock (_lock)
        {
            SurrogateKey[] raised = [.. keys];
            if (raised.Contains(SurrogateKey.Everything))
            {
                InvalidateAll();
                return;
            }
            // The change is recorded before the generation increases: a reader that sees the new generation also sees the change.
            var change = new Change(_now + 1, _clock.GetTimestamp());
            foreach (var key in raised) _changed[key] = change;
            Interlocked.Exchange(ref _now, change.Generation);
            if (_changed.Count > MaxKeys) InvalidateAll();
        }
    }

    /// <summary>Makes every response that was fetched until now stale.</summary>
    public void InvalidateAll()
    {
        lock (_lock)
        {
            Interlocked.Exchange(ref _floorAt, _clock.GetTimestamp());
            Interlocked.Exchange(ref _floor, _now + 1);
            _changed.Clear();
            Interlocked.Exchange(ref _now, _now + 1);
        }
    }

    /// <summary>Whether a response may still be served.</summary>
    public bool IsCurrent(CacheStamp fetched)
    {
        var now = Now;
        if (fetched.CheckedAt == now) return true;
        if (fetched.Keys.Contains(SurrogateKey.Everything) && fetched.At < now) return false;
        foreach (var key in fetched.Keys)
            if (_changed.TryGetValue(key, out var changed) && changed.Generation > fetched.At) return false;
        // Checked last: if the keys were dropped during this check, the floor was raised before that.
        if (fetched.At < Interlocked.Read(ref _floor)) return false;
        fetched.CheckedAt = now;
        return true;
    }

    /// <summary>
    /// Whether one of these keys changed at or after the timestamp <paramref name="since"/> and not after the generation
    /// <paramref name="until"/>, as far as this gateway knows.
    /// </summary>
    public bool HaveChanged(IEnumerable<SurrogateKey> keys, long since, long until) =>
        keys.Any(key => _changed.TryGetValue(key, out var changed) && changed.Timestamp >= since && changed.Generation <= until)
        || (Interlocked.Read(ref _floorAt) >= since && Interlocked.Read(ref _floor) <= until);
}

/// <summary>The generation at which a response was fetched, and the keys that it was built from.</summary>
public sealed class CacheStamp(long at, IReadOnlyList<SurrogateKey> keys)
{
    /// <summary>The generation before it was fetched.</summary>
    public long At => at;
    /// <summary>The surrogate keys that it was built from.</summary>
    public IReadOnlyList<SurrogateKey> Keys => keys;
    /// <summary>The generation at which it was last found current, so that it is checked only once per generation.</summary>
    internal long CheckedAt { get; set; } = -1;
}
