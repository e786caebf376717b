using System.Collections.Concurrent;

namespace Kit;

/// <summary>One thing that a load writes. <paramref name="Kind"/>: article, comment, message or rates.</summary>
public sealed record Item(string Kind, string Id)
{
    public override string ToString() => $"{Kind} {Id}";
}

/// <summary>A change of an item that a client sends: its content afterwards, and how many events that takes.</summary>
public sealed record Change(Item Item, string Content, int Events = 1);

/// <summary>
/// An item as its service serves it in the end. <paramref name="Version"/>: of its stream, or null if the service does not tell it.
/// </summary>
public sealed record Served(Item Item, string Content, long? Version = null);

/// <summary>A number that one service computes from events of another (<paramref name="Shown"/>), and what it should be.</summary>
public sealed record Counted(Item Item, int Shown, int Listed);

/// <summary>What is wrong. <paramref name="What"/>: lost, repeated, wrong, unheard, stale, shrunk, count or refused.</summary>
public sealed record Finding(string What, string Details);

/// <summary>
/// The figures of one run. A delay or a recovery of null means never. <paramref name="Failures"/>: how often which answer was given to a
/// read or a write that failed. <paramref name="LateEvents"/>: for each listener, how many events were late, and the longest delay.
/// </summary>
public sealed record Figures(
    int Acknowledged,
    int FailedWrites,
    int FailedReads,
    int NeedlesslyFailedReads,
    TimeSpan WriteOutage,
    TimeSpan? EventDelay,
    TimeSpan? Recovery,
    IReadOnlyList<Finding> Findings,
    IReadOnlyDictionary<string, int> Failures,
    IReadOnlyDictionary<string, (int Count, TimeSpan Longest)> LateEvents)
{
    public int Lost => Of("lost");
    public int Repeated => Of("repeated");

    private int Of(string what) => Findings.Count(f => f.What == what);
}

/// <summary>
/// Compares what clients were told with what the platform serves and announces. A load reports what it sends and what it is answered while
/// it runs; <see cref="Check"/> judges at the end. An item has one writer, so each change has exactly one predecessor. All times are
/// counted from the start of the load.
/// </summary>
public sealed class SetChecker
{
    /// <summary>An event that takes longer is late: the platform has not recovered yet.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromSeconds(3);

    /// <summary>The service of which every gateway is a replica.</summary>
    public const string Gateways = "gateway";

    private readonly ConcurrentDictionary<Item, ConcurrentQueue<Change>> _sent = new();
    private readonly ConcurrentQueue<Acknowledgement> _acknowledged = new();
    private readonly ConcurrentDictionary<(string Listener, Item Item), ConcurrentQueue<(long Version, TimeSpan At)>> _heard = new();
    private readonly ConcurrentQueue<FailedRead> _failedReads = new();
    private readonly ConcurrentDictionary<(string Service, int Number), ConcurrentQueue<(TimeSpan At, bool IsAnswered)>> _probes = new();
    private readonly ConcurrentQueue<(TimeSpan At, string Reason)> _failedWrites = new();
    private readonly ConcurrentQueue<PageCall> _lists = new();
    private readonly ConcurrentQueue<Finding> _findings = new();

    /// <summary>A change is about to be sent: from now on it may take effect, whatever the client is answered.</summary>
    public void Send(Change change) => _sent.GetOrAdd(change.Item, _ => new()).Enqueue(change);

    /// <summary>
    /// A change was confirmed. <paramref name="listeners"/> must hear of this version, or of a later one; <paramref name="version"/>: of
    /// the stream after it.
    /// </summary>
    public void Acknowledge(Change change, long version, TimeSpan at, params string[] listeners) =>
        _acknowledged.Enqueue(new(change, version, at, listeners));

    /// <summary>A listener hears of an item. Items of others are ignored.</summary>
    public void Hear(string listener, Item item, long version, TimeSpan at)
    {
        if (_sent.ContainsKey(item)) _heard.GetOrAdd((listener, item), _ => new()).Enqueue((version, at));
    }

    /// <summary>An attempt to write was not confirmed; the client repeats it.</summary>
    public void FailWrite(TimeSpan at, string reason) => _failedWrites.Enqueue((at, reason));

    /// <summary>A read was not answered by a gateway.</summary>
    public void FailRead(int gateway, string service, TimeSpan asked, TimeSpan at, string reason) =>
        _failedReads.Enqueue(new(gateway, service, asked, at, reason));

    /// <summary>Whether a replica of a service answered when it was asked directly, at this time; or a gateway, for itself.</summary>
    public void Probe(string service, int number, TimeSpan at, bool isAnswered) =>
        _probes.GetOrAdd((service, number), _ => new()).Enqueue((at, isAnswered));

    /// <summary>A list was read: <see cref="PageCall.Version"/> is its length, or the time of its newest item.</summary>
    public void ReadList(PageCall call) => _lists.Enqueue(call);

    /// <summary>The load itself saw something wrong.</summary>
    public void Report(string what, string details) => _findings.Enqueue(new(what, details));

    /// <summary>Acknowledged changes of which a listener has not heard yet.</summary>
    public int Unheard => _acknowledged.Sum(a => a.Listeners.Count(l => HeardAt(l, a) is null));

    /// <summary>Judges a run.</summary>
    /// <param name="served">Every item as it is served in the end; an item that is listed twice stands there twice.</param>
    /// <param name="counts">Every number that depends on the items.</param>
    /// <param name="faultEnded">When the fault was over.</param>
    /// <param name="loadEnded">When the load stopped to send.</param>
    public Figures Check(
        IReadOnlyCollection<Served> served, IReadOnlyCollection<Counted> counts, TimeSpan faultEnded, TimeSpan loadEnded)
    {
        var acknowledged = _acknowledged.ToArray();
        var heard = acknowledged.SelectMany(a => a.Listeners.Select(l => (Change: a, Listener: l, At: HeardAt(l, a)))).ToArray();
        Finding[] findings =
        [
            .. _findings,
            .. Contents(acknowledged, served),
            .. Versions(acknowledged),
            .. heard.Where(h => h.At is null)
                .Select(h => new Finding("unheard", $"{h.Change.Change.Item}, version {h.Change.Version}, at {h.Listener}")),
            .. _heard.SelectMany(h => h.Value.GroupBy(v => v.Version).Where(v => v.Count() > 1)
                .Select(v => new Finding(
                    "repeated", $"{h.Key.Item}, version {v.Key}, was announced {v.Count()} times at {h.Key.Listener}"))),
            .. counts.Where(c => c.Shown != c.Listed).Select(c => new Finding(
                c.Shown > c.Listed ? "repeated" : "count", $"{c.Item} shows {c.Shown} comments and has {c.Listed}")),
            .. Consistency.Older(_lists).Select(v => new Finding("shrunk", v)),
        ];
        var delays = heard.Select(h => h.At - h.Change.At).ToArray();
        var late = heard.Where(h => h.At - h.Change.At > Late).ToArray();
        var failed = _failedWrites.Select(w => w.At).Concat(_failedReads.Select(r => r.At));
        var last = late.Select(h => h.At!.Value).Concat(failed).Append(faultEnded).Max();
        var isNever = heard.Any(h => h.At is null) || findings.Any(f => f.What == "count");
        return new(
            acknowledged.Length,
            _failedWrites.Count,
            _failedReads.Count,
            _failedReads.Count(IsNeedless),
            Outage(acknowledged, loadEnded),
            isNever ? null : delays.Select(d => d!.Value).Append(TimeSpan.Zero).Max(),
            isNever ? null : last - faultEnded,
            findings,
            _failedWrites.Select(w => w.Reason).Concat(_failedReads.Select(r => r.Reason)).CountBy(r => r).ToDictionary(),
            late.GroupBy(h => h.Listener).ToDictionary(l => l.Key, l => (l.Count(), l.Max(h => h.At!.Value - h.Change.At))));
    }

    /// <summary>The longest time without a confirmed change, looked at for each kind of item, so that one service is seen alone.</summary>
    private static TimeSpan Outage(IReadOnlyList<Acknowledgement> acknowledged, TimeSpan loadEnded) =>
        acknowledged.GroupBy(a => a.Change.Item.Kind).Select(kind =>
        {
            TimeSpan[] times = [.. kind.Select(a => a.At).Append(loadEnded).Order()];
            return times.Zip(times.Skip(1), (one, next) => next - one).Max();
        }).Append(TimeSpan.Zero).Max();

    /// <summary>The gateway and a replica of the service were healthy all the time: a read that failed could have been answered.</summary>
    private bool IsNeedless(FailedRead read) =>
        IsHealthy((Gateways, read.Gateway), read) && _probes.Keys.Any(p => p.Service == read.Service && IsHealthy(p, read));

    private bool IsHealthy((string, int) process, FailedRead read)
    {
        if (!_probes.TryGetValue(process, out var probes)) return false;
        var (before, after) = (probes.LastOrDefault(p => p.At <= read.Asked), probes.FirstOrDefault(p => p.At >= read.At));
        return before.IsAnswered && after.IsAnswered && probes.All(p => p.IsAnswered || p.At < before.At || p.At > after.At);
    }

    private IEnumerable<Finding> Contents(IReadOnlyList<Acknowledgement> acknowledged, IReadOnlyCollection<Served> served)
    {
        var found = served.ToLookup(s => s.Item);
        foreach (var item in acknowledged.GroupBy(a => a.Change.Item))
        {
            Change[] sent = [.. _sent[item.Key]];
            var last = item.MaxBy(a => Array.IndexOf(sent, a.Change))!;
            Served[] now = [.. found[item.Key]];
            if (now.Length == 0) yield return new("lost", $"{item.Key} is not served");
            else if (now.Length > 1) yield return new("repeated", $"{item.Key} is served {now.Length} times");
            foreach (var one in now.Take(1))
            {
                var at = Array.FindIndex(sent, c => c.Content == one.Content);
                if (at < 0) yield return new("wrong", $"{item.Key} has a content that was never sent: {one.Content}");
                else if (at < Array.IndexOf(sent, last.Change))
                    yield return new(
                        "lost", $"{item.Key} is served as \"{one.Content}\"; \"{last.Change.Content}\" was acknowledged later");
                else if (sent[at] == last.Change && one.Version > last.Version)
                    yield return new("repeated", $"{item.Key} has version {one.Version}; its last change made version {last.Version}");
            }
        }
        foreach (var item in found.Where(i => !_sent.ContainsKey(i.Key)))
            yield return new("wrong", $"{item.Key} is served and was never sent");
    }

    /// <summary>Between two changes that follow each other, the version rises by the events of the second one.</summary>
    private IEnumerable<Finding> Versions(IReadOnlyList<Acknowledgement> acknowledged)
    {
        var by = acknowledged.ToDictionary(a => a.Change);
        foreach (var (item, queue) in _sent)
        {
            Change[] sent = [.. queue];
            for (var n = 1; n < sent.Length; n++)
                if (by.TryGetValue(sent[n - 1], out var before) && by.TryGetValue(sent[n], out var after)
                    && after.Version > before.Version + sent[n].Events)
                    yield return new(
                        "repeated", $"{item} rose from version {before.Version} to {after.Version} with \"{sent[n].Content}\"");
        }
    }

    private TimeSpan? HeardAt(string listener, Acknowledgement acknowledged)
    {
        if (!_heard.TryGetValue((listener, acknowledged.Change.Item), out var heard)) return null;
        TimeSpan? first = null;
        foreach (var (version, at) in heard)
            if (version >= acknowledged.Version && (first is null || at < first)) first = at;
        return first < acknowledged.At ? acknowledged.At : first;
    }

    private sealed record FailedRead(int Gateway, string Service, TimeSpan Asked, TimeSpan At, string Reason);

    private sealed record Acknowledgement(Change Change, long Version, TimeSpan At, string[] Listeners);
}
