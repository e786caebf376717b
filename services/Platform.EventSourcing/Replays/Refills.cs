using System.Text.Json;
using Marten;
using MassTransit;
using MassTransit.Serialization;
using Platform.Contracts.Refills;
using RabbitMQ.Client;

namespace Platform.EventSourcing.Replays;

/// <summary>Asks the services whose events a queue of this service receives to send all of them to it again.</summary>
public sealed class Refills(IBroker broker, ConsumedQueues queues, TimeProvider clock)
{
    /// <summary>The queue in which a service is asked.</summary>
    public static string RequestsOf(string service) => $"{service}-when-refill-requested";

    /// <summary>Done when the broker has stored a request for each of these services; it waits there for one that is down.</summary>
    public async Task Request(string queue, CancellationToken ct, DateTimeOffset? since = null)
    {
        foreach (var publisher in queues.Publishers(queue))
        {
            var requests = RequestsOf(publisher.Key);
            await broker.Declare(requests, ct);
            await using var channel = await broker.Open(ct);
            var properties = new BasicProperties { ContentType = "application/vnd.masstransit+json", Persistent = true };
            await channel.BasicPublishAsync(
                "", requests, mandatory: true, properties, Envelope(new(queue, since, [.. publisher.Order()])), ct);
        }
    }

    // Sent past the bus: the exchange of that queue is its service's, and may not be there yet.
    private byte[] Envelope(RefillRequested request)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        var envelope = new { messageId = id, messageType = new[] { MessageUrn.ForTypeString<RefillRequested>() }, message = request };
        return JsonSerializer.SerializeToUtf8Bytes(envelope, SystemTextJsonMessageSerializer.Options);
    }
}

/// <summary>Starts a replay to the queue that was declared anew; it sends when the queue has a consumer.</summary>
public sealed class WhenRefillRequested(IDocumentStore store, LockSessions locks, Decider decider, TimeProvider clock)
    : IConsumer<RefillRequested>
{
    private const int PerSecond = 1000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A replay that has not begun yet will do. One that has begun is cancelled: what it sent may have been lost with the queue.
    /// </summary>
    public static (bool Start, IReadOnlyList<string> Cancel) Decide(IReadOnlyList<Replay> active) =>
        active.Any(r => r is { Refill: true, Status: ReplayStatus.Queued }) ? (false, []) : (true, [.. active.Select(r => r.Id)]);

    /// <inheritdoc />
    public async Task Consume(ConsumeContext<RefillRequested> context)
    {
        var (queue, ct) = (context.Message.Queue, context.CancellationToken);
        var (target, id) = (RepublishEvents.One + queue, Replay.Stream(context.MessageId!.Value));
        await using var alone = await locks.Acquire(ReplayRunner.LockName($"request:{target}", store), ct, Patience)
            ?? throw new Contention($"the replays to {target}");
        await using var session = store.QuerySession();
        if (await session.LoadAsync<Replay>(id, ct) is not null) return;
        var active = session.Query<Replay>()
            .Where(r => r.Target == target && (r.Status == ReplayStatus.Queued || r.Status == ReplayStatus.Running));
        var (start, cancel) = Decide(await active.ToListAsync(ct));
        foreach (var replaced in cancel) await decider.Decide<Replay>(replaced, r => Replay.Cancel(r, queue, clock.GetUtcNow()), ct);
        var wanted = new ReplayRequested(
            target,
            ReplayMode.Apply,
            new ReplayScope(From: context.Message.Since),
            PerSecond,
            "The queue was declared anew.",
            queue,
            clock.GetUtcNow(),
            Refill: true,
            context.Message.Messages);
        if (start) await decider.Decide<Replay>(id, r => Replay.Request(r, wanted), ct);
    }
}
