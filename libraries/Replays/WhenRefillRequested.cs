using Marten;
using MassTransit;
using Platform.Contracts.Refills;
using Platform.EventSourcing;
using Platform.Postgres;
using Platform.Web;

namespace Platform.Replays;

/// <summary>Starts a replay to a queue that was declared again. The replay begins when the queue has a consumer.</summary>
public sealed class WhenRefillRequested(IDocumentStore store, LockSessions locks, Decider decider, TimeProvider clock)
    : IConsumer<RefillRequested>
{
    private const int PerSecond = 1000;
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Decides whether to start a replay, which active ones to cancel, and since when events are sent. A refill that has not begun yet is
    /// sufficient. Replays that have begun are cancelled, because what they have sent may have been lost with the queue, and the new refill
    /// includes all events of the refills that it replaces.
    /// </summary>
    public static (bool Start, IReadOnlyList<string> Cancel, DateTimeOffset? Since) Decide(
        IReadOnlyList<Replay> active, DateTimeOffset? since)
    {
        var refills = active.Where(r => r.Refill == true).ToList();
        if (refills.Exists(r => r.Status == ReplayStatus.Queued)) return (false, [], since);
        IEnumerable<DateTimeOffset?> from = [since, .. refills.Select(r => r.Scope.From)];
        return (true, [.. active.Select(r => r.Id)], from.Contains(null) ? null : from.Min());
    }

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
        var (start, cancel, since) = Decide(await active.ToListAsync(ct), context.Message.Since);
        foreach (var replaced in cancel) await decider.Decide<Replay>(replaced, r => Replay.Cancel(r, queue, clock.GetUtcNow()), ct);
        var wanted = new ReplayRequested(
            target,
            ReplayMode.Apply,
            new ReplayScope(From: since),
            PerSecond,
            "The queue did not exist and was declared again.",
            queue,
            clock.GetUtcNow(),
            Refill: true,
            context.Message.Messages);
        if (start) await decider.Decide<Replay>(id, r => Replay.Request(r, wanted), ct);
    }
}
