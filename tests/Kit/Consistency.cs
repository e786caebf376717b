namespace Kit;

/// <summary>
/// A read or a write of a page through a gateway. The versions of a page only increase. <paramref name="Asked"/> is when the request was
/// sent, and <paramref name="Answered"/> when the response arrived, by one clock for all calls.
/// </summary>
public sealed record PageCall(
    string Gateway,
    string Page,
    bool Writes,
    long Version,
    long Asked,
    long Answered);

/// <summary>
/// Checks a recorded history of calls against the consistency guarantees of the gateways. A read through a gateway returns no version older
/// than one that this gateway returned, or accepted in a write, before the read was sent (monotonic reads, read-your-writes). A read
/// returns no version whose write had not been sent yet. Calls that overlap may be answered in either order.
/// </summary>
public static class Consistency
{
    /// <summary>A description of each read that violates a guarantee.</summary>
    public static IReadOnlyList<string> Violations(IReadOnlyCollection<PageCall> history) =>
        [.. Older(history), .. history.GroupBy(c => c.Page).SelectMany(calls => ReadsBeforeTheWrite([.. calls]))];

    /// <summary>A description of each read that returned an older version than the same gateway had returned or accepted before.</summary>
    public static IEnumerable<string> Older(IEnumerable<PageCall> history) =>
        history.GroupBy(c => (c.Gateway, c.Page)).SelectMany(calls => StaleReadsOf([.. calls]));

    private static IEnumerable<string> StaleReadsOf(IReadOnlyCollection<PageCall> calls)
    {
        var answered = new Queue<PageCall>(calls.OrderBy(c => c.Answered));
        PageCall? newest = null;
        foreach (var read in calls.Where(c => !c.Writes).OrderBy(c => c.Asked))
        {
            while (answered.TryPeek(out var call) && call.Answered < read.Asked)
                if (answered.Dequeue().Version > (newest?.Version ?? long.MinValue)) newest = call;
            if (newest is not null && read.Version < newest.Version)
                yield return $"{read.Gateway} returned version {read.Version} of {read.Page} to a read sent at {read.Asked}, but it had "
                    + $"{(newest.Writes ? "accepted" : "returned")} version {newest.Version} at {newest.Answered}";
        }
    }

    private static IEnumerable<string> ReadsBeforeTheWrite(IReadOnlyCollection<PageCall> calls)
    {
        var sentWrites = new Queue<PageCall>(calls.Where(c => c.Writes).OrderBy(c => c.Asked));
        var newest = long.MinValue;
        foreach (var read in calls.Where(c => !c.Writes).OrderBy(c => c.Answered))
        {
            while (sentWrites.TryPeek(out var write) && write.Asked < read.Answered)
                newest = Math.Max(newest, sentWrites.Dequeue().Version);
            if (read.Version > newest)
                yield return $"{read.Gateway} returned version {read.Version} of {read.Page} at {read.Answered}, "
                    + "before any write of it was sent";
        }
    }
}
