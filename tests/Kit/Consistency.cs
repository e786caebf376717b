namespace Kit;

/// <summary>
/// Somebody read or wrote a page through a gateway. Versions of a page only grow; <paramref name="Asked"/> and <paramref name="Answered"/>
/// are moments of one clock for all calls.
/// </summary>
public sealed record PageCall(string Gateway, string Page, bool Writes, long Version, long Asked, long Answered);

/// <summary>
/// What the gateways promise of each page, checked on what was observed: whoever asks a gateway gets nothing older than what that gateway
/// had answered, or taken in, before they asked; and nobody gets what nobody had begun to write. Calls that overlap may be answered in
/// either order.
/// </summary>
public static class Consistency
{
    /// <summary>Each read that breaks a promise, in words.</summary>
    public static IReadOnlyList<string> Violations(IReadOnlyCollection<PageCall> history) =>
        [.. Older(history), .. history.GroupBy(c => c.Page).SelectMany(calls => FromNowhere([.. calls]))];

    /// <summary>Each read that gave something older than the same gateway had given before, in words.</summary>
    public static IEnumerable<string> Older(IEnumerable<PageCall> history) =>
        history.GroupBy(c => (c.Gateway, c.Page)).SelectMany(calls => OlderOfOne([.. calls]));

    private static IEnumerable<string> OlderOfOne(IReadOnlyCollection<PageCall> calls)
    {
        var answered = new Queue<PageCall>(calls.OrderBy(c => c.Answered));
        PageCall? newest = null;
        foreach (var read in calls.Where(c => !c.Writes).OrderBy(c => c.Asked))
        {
            while (answered.TryPeek(out var call) && call.Answered < read.Asked)
                if (answered.Dequeue().Version > (newest?.Version ?? long.MinValue)) newest = call;
            if (newest is not null && read.Version < newest.Version)
                yield return $"{read.Gateway} answered version {read.Version} of {read.Page} to who asked at {read.Asked}; it had {(newest.Writes
                    ? "taken in"
                    : "answered")} version {newest.Version} at {newest.Answered}";
        }
    }

    private static IEnumerable<string> FromNowhere(IReadOnlyCollection<PageCall> calls)
    {
        var begun = new Queue<PageCall>(calls.Where(c => c.Writes).OrderBy(c => c.Asked));
        var newest = long.MinValue;
        foreach (var read in calls.Where(c => !c.Writes).OrderBy(c => c.Answered))
        {
            while (begun.TryPeek(out var write) && write.Asked < read.Answered) newest = Math.Max(newest, begun.Dequeue().Version);
            if (read.Version > newest)
                yield return $"{read.Gateway} answered version {read.Version} of {read.Page} at {read.Answered}; nobody had begun to write it";
        }
    }
}
