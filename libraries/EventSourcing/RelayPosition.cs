namespace Platform.EventSourcing;

/// <summary>A range of consecutive sequence numbers, including both ends.</summary>
internal readonly record struct SequenceRange(long From, long To);

/// <summary>All events up to <paramref name="Upto"/> are published, except those in the holes.</summary>
internal sealed record RelayProgress(long Upto, IReadOnlyList<SequenceRange> Holes)
{
    /// <summary>All events up to this number are published, without exception.</summary>
    public long Contiguous => Holes is [var first, ..] ? first.From - 1 : Upto;
}

/// <summary>
/// The read position of a relay: it has read all events up to <see cref="Upto"/>, except those in the holes. A hole is a range of numbers
/// that were missing when a page was read. They belong to transactions that have not committed yet, or were lost in a rollback. Later
/// events do not wait for them.
/// <para>
/// A lost number is recognised by the lock that <c>nextval</c> takes on the sequence and keeps until its transaction ends. After a page has
/// shown that a number is missing, it can belong only to a transaction that holds this lock at that moment, because later transactions draw
/// higher numbers. When all these transactions have ended, the next page must contain the event, because a commit becomes visible before
/// its locks are released. If it does not contain the event, the number is lost.
/// </para>
/// </summary>
internal sealed class RelayPosition
{
    private readonly List<Hole> _holes;

    public RelayPosition(long upto, IEnumerable<SequenceRange> holes) =>
        (Upto, _holes) = (upto, [.. holes.Select(h => new Hole(h, null))]);

    /// <summary>The highest number that was read.</summary>
    public long Upto { get; private set; }

    /// <summary>The numbers below <see cref="Upto"/> that are still missing, in ascending order.</summary>
    public IReadOnlyList<SequenceRange> Holes => [.. _holes.Select(h => h.Range)];

    /// <summary>Whether the next page decides about a hole, so that it should be read at once.</summary>
    public bool IsDecidable => _holes.Exists(h => h.Holders is { Count: 0 });

    /// <summary>
    /// Processes one page: the numbers, in ascending order, that one snapshot contained in the holes and after <see cref="Upto"/>. If
    /// <paramref name="isFull"/>, there may be more events after the last number.
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
                // Nothing is known beyond the end of the page. Up to it, a missing number without a holder is lost.
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

    /// <summary>Sets the transactions that hold the lock of the sequence. They must be queried after the last page was read.</summary>
    public void SetHolders(IReadOnlySet<string> transactions)
    {
        for (var i = 0; i < _holes.Count; i++)
            _holes[i] = _holes[i] with { Holders = [.. _holes[i].Holders?.Where(transactions.Contains) ?? transactions] };
    }

    /// <summary><paramref name="Holders"/> are the transactions that may still fill the hole, or null before the first query.</summary>
    private sealed record Hole(SequenceRange Range, IReadOnlyList<string>? Holders);
}
