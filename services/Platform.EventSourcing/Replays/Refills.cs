using System.Text.Json;
using Marten;
using MassTransit;
using MassTransit.Serialization;
using Platform.Contracts.Refills;
using RabbitMQ.Client;

namespace Platform.EventSourcing.Replays;

/// <summary>Requests refills: asks the publishers of a queue of this service to send their public events to it again.</summary>
public sealed class Refills(IBroker broker, ConsumedQueues queues, TimeProvider clock)
{
    /// <summary>The name of the queue in which a service receives refill requests.</summary>
    public static string RequestsOf(string service) => $"{service}-when-refill-requested";

    /// <summary>
    /// Sends a request to each publisher, and returns when the broker has confirmed all of them. Publishers that are down receive it later.
    /// </summary>
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

    // The request is sent without the bus, because the exchange of that queue is declared by its service and may not exist yet.
    private byte[] Envelope(RefillRequested request)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        var envelope = new { messageId = id, messageType = new[] { MessageUrn.ForTypeString<RefillRequested>() }, message = request };
        return JsonSerializer.SerializeToUtf8Bytes(envelope, SystemTextJsonMessageSerializer.Options);
    }
}

/// <summary>Starts a replay to a queue that was declared again. The replay begins when the queue has a consumer.</summary>
public sealed class WhenRefillRequested(IDocumentStore store, LockSessions locks, Decider decider, TimeProvider clock)
    : IConsumer<RefillRequested>
{
    private const int PerSecond = 1000;
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Decides whether to start a replay and which active ones to cancel. A refill that has not begun yet is sufficient. Replays that have
    /// begun are cancelled, because what they have sent may have been lost with the queue.
    /// </summary>
    public static (bool Start, IReadOnlyList<string> Cancel) Decide(IReadOnlyList<Replay> active) =>
        active.Any(r => r is { Refill: true, Status: ReplayStatus.Queued }) ? (false, []) : (true, [.. active.Select(r => r.Id)]);

    /// <inheritdoc />
    public async Task Consume(ConsumeContext<RefillRequested> context)
    {
        var (queue, ct) = (context.Message.Queue, context.CancellationToken);
        var (target, id) = (RepublishEvents.QueuePrefix + queue, Replay.Stream(context.MessageId!.Value));
        await using var requestLock = await locks.Acquire(ReplayRunner.LockName($"request:{target}", store), ct, LockTimeout)
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
            "The queue did not exist and was declared again.",
            queue,
            clock.GetUtcNow(),
            Refill: true,
            context.Message.Messages);
        if (start) await decider.Decide<Replay>(id, r => Replay.Request(r, wanted), ct);
    }
}
