using System.Collections.Concurrent;

namespace Gateway;

/// <summary>
/// When each surrogate key last changed, on a clock that only counts changes. An answer fetched at moment t is current as long as none of its keys
/// changed after t; so an answer fetched before a change can never be served after it, and nothing has to be searched and evicted.
/// </summary>
public sealed class Generations
{
    /// <summary>More keys than this are forgotten together, and with them every answer.</summary>
    public const int MostKeys = 100_000;

    private readonly ConcurrentDictionary<string, long> _changed = new();
    private long _now;
    private long _floor;

    /// <summary>Take it before fetching an answer.</summary>
    public long Now => Interlocked.Read(ref _now);

    /// <summary>These keys change now.</summary>
    public void Raise(IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            var moment = Interlocked.Increment(ref _now);
            _changed.AddOrUpdate(key, moment, (_, before) => Math.Max(before, moment));
        }
        if (_changed.Count > MostKeys) RaiseAll();
    }

    /// <summary>Everything may have changed: no answer fetched until now is current any more.</summary>
    public void RaiseAll()
    {
        Interlocked.Exchange(ref _floor, Interlocked.Increment(ref _now));
        _changed.Clear();
    }

    /// <summary>Whether an answer fetched at that moment, made of these keys, may still be served.</summary>
    public bool IsCurrent(long fetchedAt, IReadOnlyList<string> keys)
    {
        if (fetchedAt < Interlocked.Read(ref _floor)) return false;
        foreach (var key in keys)
            if (_changed.TryGetValue(key, out var changed) && changed > fetchedAt) return false;
        return true;
    }
}
