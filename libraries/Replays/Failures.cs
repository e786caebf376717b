using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using JasperFx.Events.Daemon;
using Marten;
using Platform.Messaging;
using Platform.Postgres;
using Platform.Web;
using RabbitMQ.Client;

namespace Platform.Replays;

/// <summary>
/// Failures with the same source, exception and message type. <c>Source</c> is an error queue, or <c>projection:NAME</c> for events that a
/// daemon of an earlier version skipped. <c>Group</c> identifies the group in URLs. <c>Sample</c> is one of the failures.
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

/// <summary>The failures of this service: messages in its error queues, and events that a daemon of an earlier version skipped.</summary>
public sealed class Failures(IRabbitMqAdmin broker, IDocumentStore store, LockSessions locks, TimeProvider clock)
{
    private static readonly TimeSpan ReturnTimeout = TimeSpan.FromSeconds(10), Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>The suffix of the name of an error queue, after the name of its queue.</summary>
    public const string Suffix = "_error";
    /// <summary>The prefix of the source of events that a daemon skipped.</summary>
    public const string Projection = "projection:";
    private const int SampleLength = 4000;

    /// <summary>Lists all groups, the largest first.</summary>
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
        await WithExclusiveAccess(queue, async channel =>
        {
            // The messages are read without acknowledging, so that all of them return to the queue, in their order.
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
        var deadLetters = await session.Query<DeadLetterEvent>().OrderBy(l => l.EventSequence).ToListAsync(ct);
        return deadLetters.GroupBy(GroupOf).Select(
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

    internal static string GroupOf(DeadLetterEvent deadLetter) =>
        Name(Projection + deadLetter.ProjectionName, deadLetter.ExceptionType, "event");

    /// <summary>
    /// Runs <paramref name="work"/> on an error queue under a lock, because messages that one caller has read are invisible to all others.
    /// <paramref name="work"/> returns the number of messages that it acknowledged; all others return to the queue.
    /// </summary>
    internal async Task WithExclusiveAccess(string queue, Func<IChannel, Task<int>> work, CancellationToken ct)
    {
        await using var exclusive = await locks.Acquire(ReplayRunner.LockName($"failures:{queue}", store), ct, TimeSpan.FromSeconds(30))
            ?? throw new Contention($"the failures in {queue}");
        if (!await broker.HasQueue(queue, ct)) return;
        await using var channel = await broker.Open(ct);
        var before = await Count(channel, queue, ct);
        var taken = await work(channel);
        await channel.BasicNackAsync(0, multiple: true, requeue: true, ct);
        await WaitForReturned(channel, queue, before - taken, ct);
        await channel.CloseAsync(ct);
    }

    /// <summary>
    /// Waits until the returned messages are in the queue again, so that the next caller finds all of them; several thousand take seconds.
    /// It stops waiting if no message has returned for a while.
    /// </summary>
    private async Task WaitForReturned(IChannel channel, string queue, long expected, CancellationToken ct)
    {
        var (returned, waited) = (await Count(channel, queue, ct), TimeSpan.Zero);
        while (returned < expected && waited < ReturnTimeout)
        {
            await Task.Delay(Pause, clock, ct);
            var now = await Count(channel, queue, ct);
            waited = now > returned ? TimeSpan.Zero : waited + Pause;
            returned = now;
        }
    }

    internal static async Task<uint> Count(IChannel channel, string queue, CancellationToken ct) =>
        await channel.MessageCountAsync(queue, ct);

    /// <summary>A short id that is the same at every replica and after every restart.</summary>
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

/// <summary>The fault that MassTransit recorded in the headers of a message that it moved to the error queue.</summary>
internal sealed record Fault(
    string Group,
    string Exception,
    string MessageType,
    string? Error,
    DateTimeOffset? At)
{
    public static Fault Of(string queue, BasicGetResult message)
    {
        var headers = message.BasicProperties.Headers;
        string? Header(string name) =>
            headers is not null && headers.TryGetValue(name, out var value)
                ? value as string ?? (value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : null)
                : null;
        var exception = Header("MT-Fault-ExceptionType") ?? "unknown";
        var name = TypeOf(message.Body) ?? "unknown";
        return new Fault(Failures.Name(queue, exception, name), exception, name, Header("MT-Fault-Message"),
            DateTimeOffset.TryParse(Header("MT-Fault-Timestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? at
                : null);
    }

    /// <summary>
    /// Reads the message type from the envelope. The first entry is the message's own type, for example
    /// urn:message:Platform.Contracts.Articles:ArticlePublished.
    /// </summary>
    private static string? TypeOf(ReadOnlyMemory<byte> body)
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
            return null; // the message has another format; it is listed nevertheless
        }
    }
}
