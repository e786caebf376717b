namespace Platform.EventSourcing;

/// <summary>Consecutive sequence numbers, both ends included.</summary>
internal readonly record struct SequenceRange(long From, long To);

/// <summary>Everything up to <paramref name="Upto"/> is published but the holes.</summary>
internal sealed record RelayProgress(long Upto, IReadOnlyList<SequenceRange> Holes)
{
    /// <summary>Everything up to here is published.</summary>
    public long Contiguous => Holes is [var first, ..] ? first.From - 1 : Upto;
}

/// <summary>
/// How far a relay has read: everything up to <see cref="Upto"/> but the holes. A hole is a number that a page passed over: it belongs to a
/// transaction that has not committed yet, or it was burned by a rollback. Later events do not wait for it.
/// <para>
/// Evidence for "burned" is the lock that <c>nextval</c> takes on the sequence and keeps until its transaction ends. A number can belong
/// only to a transaction that holds that lock after a page has shown the number to be missing; later transactions draw higher numbers. When
/// all of these have ended, the next page must show the event, because a commit becomes visible before its locks are released. If it does
/// not, the number is burned.
/// </para>
/// </summary>
internal sealed class RelayPosition
{
    private readonly List<Hole> _holes;

    public RelayPosition(long upto, IEnumerable<SequenceRange> holes) =>
        (Upto, _holes) = (upto, [.. holes.Select(h => new Hole(h, null))]);

    /// <summary>The highest number seen.</summary>
    public long Upto { get; private set; }

    /// <summary>What is missing below it, in ascending order.</summary>
    public IReadOnlyList<SequenceRange> Holes => [.. _holes.Select(h => h.Range)];

    /// <summary>Whether the next page decides about a hole, so that it should be read at once.</summary>
    public bool IsDecidable => _holes.Exists(h => h.Holders is { Count: 0 });

    /// <summary>
    /// One page: the numbers that one snapshot saw of the holes and of what comes after <see cref="Upto"/>, in ascending order.
    /// <paramref name="isFull"/>: there may be more after the last of them.
    /// </summary>
    public void Read(IReadOnlyList<long> seen, bool isFull)
    {
        var end = isFull && seen.Count > 0 ? seen[^1] : long.MaxValue;
        var (left, next) = (new List<Hole>(), 0);
        foreach (var hole in _holes)
        {
            var from = hole.Range.From;
            void Missing(long to)
            {
                // Beyond the page's end nothing is known; up to it, a number without a holder is burned.
                if (hole.Holders is { Count: 0 }) from = Math.Max(from, Math.Min(to, end) + 1);
                if (from <= to) left.Add(hole with { Range = new(from, to) });
            }
            for (; next < seen.Count && seen[next] <= hole.Range.To; from = seen[next++] + 1) Missing(seen[next] - 1);
            Missing(hole.Range.To);
        }
        for (; next < seen.Count; Upto = seen[next++])
            if (seen[next] > Upto + 1) left.Add(new(new(Upto + 1, seen[next] - 1), null));
        _holes.Clear();
        _holes.AddRange(left);
    }

    /// <summary>The transactions that hold the sequence's lock, looked up after the page that was read last.</summary>
    public void Holding(IReadOnlySet<string> transactions)
    {
        for (var i = 0; i < _holes.Count; i++)
            _holes[i] = _holes[i] with { Holders = [.. _holes[i].Holders?.Where(transactions.Contains) ?? transactions] };
    }

    /// <summary><paramref name="Holders"/>: the transactions that may still fill it; null until they are first looked up.</summary>
    private sealed record Hole(SequenceRange Range, IReadOnlyList<string>? Holders);
}
