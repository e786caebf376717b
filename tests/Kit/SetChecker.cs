using System.Collections.Concurrent;

namespace Kit;

/// <summary>An item that a load writes. <paramref name="Kind"/> is article, comment, message or rates.</summary>
public sealed record Item(string Kind, string Id)
{
    public override string ToString() => $"{Kind} {Id}";
}

/// <summary>A change that a client sends: the new content of an item, and the number of events that the change stores.</summary>
public sealed record Change(Item Item, string Content, int Events = 1);

/// <summary>
/// An item as its service serves it after the load. <paramref name="Version"/> is the version of its stream, or null if the service does
/// not return it.
/// </summary>
public sealed record Served(Item Item, string Content, long? Version = null);

/// <summary>A count that a service derives from the events of another service (<paramref name="Shown"/>), and the correct number.</summary>
public sealed record Counted(Item Item, int Shown, int Listed);

/// <summary>An error found. <paramref name="What"/> is lost, repeated, wrong, unheard, stale, shrunk, count or refused.</summary>
public sealed record Finding(string What, string Details);

/// <summary>
/// The figures of one run. A delay or a recovery of null means never. <paramref name="Failures"/> counts the failed reads and writes by
/// their reason. <paramref name="LateEvents"/> contains, for each listener, the number of late events and the longest delay.
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
/// Compares the changes that were acknowledged to clients with the state that the platform serves and announces. While a load runs, it
/// reports its requests and their results here; <see cref="Check"/> evaluates them at the end. An item has one writer, so each change has
/// exactly one predecessor. All times are counted from the start of the load.
/// </summary>
public sealed class SetChecker
{
    /// <summary>An event that takes longer is late. As long as events are late, the platform has not recovered.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromSeconds(3);

    /// <summary>The service name under which probes of the gateways are recorded.</summary>
    public const string Gateways = "gateway";

    private readonly ConcurrentDictionary<Item, ConcurrentQueue<Change>> _sent = new();
    private readonly ConcurrentQueue<Acknowledgement> _acknowledged = new();
    private readonly ConcurrentDictionary<(string Listener, Item Item), ConcurrentQueue<(long Version, TimeSpan At)>> _received = new();
    private readonly ConcurrentQueue<FailedRead> _failedReads = new();
    private readonly ConcurrentDictionary<(string Service, int Number), ConcurrentQueue<(TimeSpan At, bool IsAnswered)>> _probes = new();
    private readonly ConcurrentQueue<(TimeSpan At, string Reason)> _failedWrites = new();
    private readonly ConcurrentQueue<PageCall> _lists = new();
    private readonly ConcurrentQueue<Finding> _findings = new();

    /// <summary>Records that a change is about to be sent. From now on it may take effect, regardless of the response.</summary>
    public void Send(Change change) => _sent.GetOrAdd(change.Item, _ => new()).Enqueue(change);

    /// <summary>
    /// Records that a change was confirmed. <paramref name="version"/> is the version of the stream after the change. All
    /// <paramref name="listeners"/> must receive this version or a later one.
    /// </summary>
    public void Acknowledge(Change change, long version, TimeSpan at, params string[] listeners) =>
        _acknowledged.Enqueue(new(change, version, at, listeners));

    /// <summary>Records that a listener received an event about an item. Items that this load did not write are ignored.</summary>
    public void Receive(string listener, Item item, long version, TimeSpan at)
    {
        if (_sent.ContainsKey(item)) _received.GetOrAdd((listener, item), _ => new()).Enqueue((version, at));
    }

    /// <summary>Records an attempt to write that was not confirmed; the client repeats it.</summary>
    public void FailWrite(TimeSpan at, string reason) => _failedWrites.Enqueue((at, reason));

    /// <summary>Records a read that a gateway did not answer.</summary>
    public void FailRead(
        int gateway,
        string service,
        TimeSpan asked,
        TimeSpan at,
        string reason) =>
        _failedReads.Enqueue(new(gateway, service, asked, at, reason));

    /// <summary>Records whether a replica of a service, or a gateway, answered a direct probe.</summary>
    public void Probe(string service, int number, TimeSpan at, bool isAnswered) =>
        _probes.GetOrAdd((service, number), _ => new()).Enqueue((at, isAnswered));

    /// <summary>
    /// Records a read of a list. <see cref="PageCall.Version"/> is the length of the list, or the time of its newest item.
    /// </summary>
    public void ReadList(PageCall call) => _lists.Enqueue(call);

    /// <summary>Records an error that the load itself detected.</summary>
    public void Report(string what, string details) => _findings.Enqueue(new(what, details));

    /// <summary>The number of events about acknowledged changes that listeners have not received yet.</summary>
    public int Unheard => _acknowledged.Sum(a => a.Listeners.Count(l => ReceivedAt(l, a) is null));

    /// <summary>Evaluates a run.</summary>
    /// <param name="served">Every item as it is served after the load. An item that is listed twice is in the collection twice.</param>
    /// <param name="counts">The counts that are derived from the items.</param>
    /// <param name="faultEnded">When the fault was over.</param>
    /// <param name="loadEnded">When the load stopped sending.</param>
    public Figures Check(
        IReadOnlyCollection<Served> served, IReadOnlyCollection<Counted> counts, TimeSpan faultEnded, TimeSpan loadEnded)
    {
        var acknowledged = _acknowledged.ToArray();
        var receipts = acknowledged.SelectMany(a => a.Listeners.Select(l => (Change: a, Listener: l, At: ReceivedAt(l, a)))).ToArray();
        Finding[] findings =
        [
            .. _findings,
            .. Contents(acknowledged, served),
            .. Versions(acknowledged),
            .. receipts.Where(h => h.At is null)
                .Select(h => new Finding("unheard", $"{h.Change.Change.Item}, version {h.Change.Version}, at {h.Listener}")),
            .. _received.SelectMany(h => h.Value.GroupBy(v => v.Version).Where(v => v.Count() > 1)
                .Select(v => new Finding(
                    "repeated", $"{h.Key.Item}, version {v.Key}, was announced {v.Count()} times at {h.Key.Listener}"))),
            .. counts.Where(c => c.Shown != c.Listed).Select(c => new Finding(
                c.Shown > c.Listed ? "repeated" : "count", $"{c.Item} shows {c.Shown} comments and has {c.Listed}")),
            .. Consistency.Older(_lists).Select(v => new Finding("shrunk", v)),
        ];
        var delays = receipts.Select(h => h.At - h.Change.At).ToArray();
        var late = receipts.Where(h => h.At - h.Change.At > Late).ToArray();
        var failed = _failedWrites.Select(w => w.At).Concat(_failedReads.Select(r => r.At));
        var last = late.Select(h => h.At!.Value).Concat(failed).Append(faultEnded).Max();
        var isNever = receipts.Any(h => h.At is null) || findings.Any(f => f.What == "count");
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

    /// <summary>The longest time without a confirmed change of one kind of item, so that an outage of a single service shows.</summary>
    private static TimeSpan Outage(IReadOnlyList<Acknowledgement> acknowledged, TimeSpan loadEnded) =>
        acknowledged.GroupBy(a => a.Change.Item.Kind).Select(kind =>
        {
            TimeSpan[] times = [.. kind.Select(a => a.At).Append(loadEnded).Order()];
            return times.Zip(times.Skip(1), (one, next) => next - one).Max();
        }).Append(TimeSpan.Zero).Max();

    /// <summary>A failed read could have been answered if its gateway and a replica of the service were healthy throughout.</summary>
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
            yield return new("wrong", $"{item.Key} is served but was never sent");
    }

    /// <summary>Checks that a change raises the version of its item by no more than the number of events of the change.</summary>
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

    private TimeSpan? ReceivedAt(string listener, Acknowledgement acknowledged)
    {
        if (!_received.TryGetValue((listener, acknowledged.Change.Item), out var receipts)) return null;
        TimeSpan? first = null;
        foreach (var (version, at) in receipts)
            if (version >= acknowledged.Version && (first is null || at < first)) first = at;
        return first < acknowledged.At ? acknowledged.At : first;
    }

    private sealed record FailedRead(
        int Gateway,
        string Service,
        TimeSpan Asked,
        TimeSpan At,
        string Reason);

    private sealed record Acknowledgement(Change Change, long Version, TimeSpan At, string[] Listeners);
}
