using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using JasperFx.Events.Daemon;
using Marten;
using RabbitMQ.Client;

namespace Platform.EventSourcing.Replays;

/// <summary>
/// Failures of one kind: where they lie (<c>Source</c>: an error queue, or <c>projection:NAME</c> for events the daemon skipped), what was
/// thrown over which message, how many, since when, and one of them. <c>Group</c> names it in addresses.
/// </summary>
public sealed record FailureGroup(
    string Group,
    string Source,
    string Exception,
    string MessageType,
    long Count,
    DateTimeOffset? First,
    DateTimeOffset? Last,
    FailureSample Sample);

/// <summary>One failure of a group.</summary>
public sealed record FailureSample(string? MessageId, string? Error, string Body);

/// <summary>What could not be handled: messages in this service's error queues, and events its daemon gave up on.</summary>
public sealed class Failures(IBroker broker, IDocumentStore store, LockSessions locks, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10), Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>What an error queue is called, after its queue.</summary>
    public const string Suffix = "_error";
    /// <summary>Source of events the daemon gave up on.</summary>
    public const string Projection = "projection:";
    private const int SampleLength = 4000;

    /// <summary>All groups, the largest first.</summary>
    public async Task<IReadOnlyList<FailureGroup>> Groups(CancellationToken ct)
    {
        var groups = new Dictionary<string, FailureGroup>();
        foreach (var queue in broker.Queues)
            foreach (var group in await InQueue(queue + Suffix, ct)) groups.Add(group.Group, group);
        foreach (var group in await DeadLetters(ct)) groups.Add(group.Group, group);
        return [.. groups.Values.OrderByDescending(g => g.Count).ThenBy(g => g.Group, StringComparer.Ordinal)];
    }

    private async Task<IEnumerable<FailureGroup>> InQueue(string queue, CancellationToken ct)
    {
        var groups = new Dictionary<string, FailureGroup>();
        await Alone(queue, async channel =>
        {
            // Taken without acknowledging: in the end they are all back, in their order.
            for (var left = await Count(channel, queue, ct); left > 0
                && await channel.BasicGetAsync(queue, autoAck: false, ct) is { } message; left--)
            {
                var fault = Fault.Of(queue, message);
                groups[fault.Group] = groups.TryGetValue(fault.Group, out var known)
                    ? known with { Count = known.Count + 1, First = Earlier(known.First, fault.At), Last = Later(known.Last, fault.At) }
                    : new FailureGroup(
                        fault.Group,
                        queue,
                        fault.Exception,
                        fault.MessageType,
                        1,
                        fault.At,
                        fault.At,
                        new(message.BasicProperties.MessageId, fault.Error, Shortened(message.Body)));
            }
            return 0;
        }, ct);
        return groups.Values;
    }

    private async Task<IEnumerable<FailureGroup>> DeadLetters(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var letters = await session.Query<DeadLetterEvent>().OrderBy(l => l.EventSequence).ToListAsync(ct);
        return letters.GroupBy(GroupOf).Select(
            g =>
                new FailureGroup(
                    g.Key,
                    Projection + g.First().ProjectionName,
                    g.First().ExceptionType,
                    "event",
                    g.Count(),
                    g.Min(l => l.Timestamp),
                    g.Max(l => l.Timestamp),
                    new FailureSample(null, g.First().ExceptionMessage, $"event {g.First().EventSequence}")));
    }

    internal static string GroupOf(DeadLetterEvent letter) => Name(Projection + letter.ProjectionName, letter.ExceptionType, "event");

    /// <summary>
    /// Works on an error queue while nobody else of this service does: who takes messages hides them from everybody else who counts.
    /// <paramref name="work"/> says how many it took for good; the others are back in the queue in the end.
    /// </summary>
    internal async Task Alone(string queue, Func<IChannel, Task<int>> work, CancellationToken ct)
    {
        await using var alone = await locks.Acquire(ReplayRunner.LockName($"failures:{queue}", store), ct, TimeSpan.FromSeconds(30))
            ?? throw new Contention($"the failures in {queue}");
        if (!await broker.HasQueue(queue, ct)) return;
        await using var channel = await broker.Open(ct);
        var before = await Count(channel, queue, ct);
        var taken = await work(channel);
        await channel.BasicNackAsync(0, multiple: true, requeue: true, ct);
        await AllBack(channel, queue, before - taken, ct);
        await channel.CloseAsync(ct);
    }

    /// <summary>
    /// The queue takes them back one after the other, thousands in more than seconds, and whoever looks next must find all of them. Given
    /// up when no more come.
    /// </summary>
    private async Task AllBack(IChannel channel, string queue, long expected, CancellationToken ct)
    {
        var (back, waited) = (await Count(channel, queue, ct), TimeSpan.Zero);
        while (back < expected && waited < Patience)
        {
            await Task.Delay(Pause, clock, ct);
            var now = await Count(channel, queue, ct);
            waited = now > back ? TimeSpan.Zero : waited + Pause;
            back = now;
        }
    }

    internal static async Task<uint> Count(IChannel channel, string queue, CancellationToken ct) =>
        await channel.MessageCountAsync(queue, ct);

    /// <summary>A short name that is the same in every replica and after every restart.</summary>
    internal static string Name(string source, string exception, string messageType) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{source}\n{exception}\n{messageType}")))[..12];

    private static string Shortened(ReadOnlyMemory<byte> body)
    {
        var text = Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, SampleLength)]);
        return body.Length > SampleLength ? text + " ..." : text;
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a < b ? a : b ?? a;

    private static DateTimeOffset? Later(DateTimeOffset? a, DateTimeOffset? b) => a > b ? a : b ?? a;
}

/// <summary>What MassTransit wrote on a message it gave up on.</summary>
internal sealed record Fault(string Group, string Exception, string MessageType, string? Error, DateTimeOffset? At)
{
    public static Fault Of(string queue, BasicGetResult message)
    {
        var headers = message.BasicProperties.Headers;
        string? Header(string name) =>
            headers is not null && headers.TryGetValue(name, out var value)
                ? value as string ?? (value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : null)
                : null;
        var exception = Header("MT-Fault-ExceptionType") ?? "unknown";
        var name = Named(message.Body) ?? "unknown";
        return new Fault(Failures.Name(queue, exception, name), exception, name, Header("MT-Fault-Message"),
            DateTimeOffset.TryParse(Header("MT-Fault-Timestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? at
                : null);
    }

    /// <summary>
    /// Out of the envelope, where the first is the message's own: urn:message:Platform.Contracts.Articles:ArticlePublished.
    /// </summary>
    private static string? Named(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var envelope = JsonDocument.Parse(body);
            return envelope.RootElement.GetProperty("messageType")[0].GetString()!.Split(':')[^1];
        }
        catch (Exception e) when (e is JsonException
            or KeyNotFoundException
            or InvalidOperationException
            or IndexOutOfRangeException
            or NullReferenceException)
        {
            return null; // whoever sent it spoke another format; it is listed all the same
        }
    }
}
