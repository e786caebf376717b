using JasperFx.Events;
using Marten;
using MassTransit;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.EventSourcing;
using Platform.Messaging;
using Platform.Postgres;

namespace Platform.Replays;

/// <summary>Publishes stored events again, with their original message ids, marked as a replay, and in the order of each stream.</summary>
public sealed class Republisher(
    IDocumentStore store,
    IBus bus,
    Translate translate,
    Retold retold,
    StoreEpoch epochs,
    ConfirmedPublisher publisher,
    TimeProvider clock)
{
    /// <summary>
    /// Announces to all consumers that all events of the epoch were sent again after a restore. It does nothing in epoch 0, or if the
    /// replay was requested before the epoch began.
    /// </summary>
    public async Task AnnounceEnd(DateTimeOffset requestedAt, CancellationToken ct)
    {
        var epoch = await epochs.Read(ct);
        if (epoch == 0 || requestedAt.ToUnixTimeSeconds() < epoch) return;
        var message = retold(epoch, clock.GetUtcNow());
        await bus.Publish(message, message.GetType(), context => context.SetEpoch(epoch), ct);
    }

    /// <summary>Sends events to all consumers or to one queue, and returns when the broker has confirmed all messages.</summary>
    public async Task Send(
        IReadOnlyList<IEvent> events,
        CancellationToken ct,
        string? queue = null,
        bool isRefill = false,
        IReadOnlyList<string>? types = null)
    {
        var endpoint = queue is null ? null : await bus.GetSendEndpoint(new Uri($"exchange:{queue}"));
        var epoch = await epochs.Read(ct);
        await using var session = store.QuerySession();
        var messages = (await translate(events, session, ct)).Where(m => types?.Contains(m.Message.GetType().Name) != false);
        var orders = endpoint is null ? Batches.Of([.. messages]) : ByStream(messages);
        await Task.WhenAll(orders.Select(async order =>
        {
            foreach (var message in order.Messages)
                await publisher.PublishUntilConfirmed(
                    message,
                    limit => endpoint is null
                        ? bus.Publish(message.Message, message.Message.GetType(), context => Mark(context, message, epoch), limit)
                        : endpoint.Send(
                            message.Message, message.Message.GetType(), context => Mark(context, message, epoch, isRefill), limit),
                    ct);
        }));
    }

    /// <summary>
    /// Groups messages by stream, without batches, because the consumer of a single queue may be of an earlier version that does not know
    /// batches.
    /// </summary>
    private static IEnumerable<PublishingOrder> ByStream(IEnumerable<Outbound> messages) =>
        messages.GroupBy(m => m.Stream).Select(stream => new PublishingOrder([stream.Key], [.. stream]));

    private static void Mark(SendContext context, Outbound message, long epoch, bool isRefill = false)
    {
        message.Mark(context, epoch);
        context.Headers.Set(Replayed.Header, true);
        if (isRefill) context.Headers.Set(Replayed.RefillHeader, true);
    }
}

/// <summary>
/// The replay targets <c>bus</c> and <c>bus:QUEUE</c>: publishes stored events again, to all consumers or to one queue. It reads the events
/// itself and does not change the position of the relay. A replay to one queue waits while its consumers have a backlog, so that it delays
/// new messages by seconds at most. A refill of the whole history proceeds from the newest page of events to the oldest, because recent
/// events are the most likely to be missing. Consumers reject versions of a stream that are older than the one they have seen.
/// </summary>
public sealed partial class RepublishEvents(
    IDocumentStore store,
    NpgsqlDataSource database,
    Republisher republisher,
    RebuildReadModel readModels,
    IRabbitMqAdmin broker,
    RelayInspection relay,
    TimeProvider clock,
    ILogger<RepublishEvents> log) : IReplayTarget
{
    /// <summary>The target for all consumers.</summary>
    public const string AllConsumers = "bus";
    /// <summary>The prefix of the targets for one queue: <c>bus:QUEUE</c>.</summary>
    public const string QueuePrefix = "bus:";
    /// <summary>The default rate, at which a consumer keeps up although it also has other work.</summary>
    public const int DefaultPerSecond = 500;
    private const int Page = 200;
    /// <summary>The number of messages that wait for the consumers of a queue, above which a replay to it waits.</summary>
    private const int MaxBacklog = 200;
    private static readonly TimeSpan CheckQueueEvery = TimeSpan.FromMilliseconds(100), MaxWaitForRelay = TimeSpan.FromMinutes(1);

    /// <inheritdoc />
    public bool Handles(string target) => target == AllConsumers || target.StartsWith(QueuePrefix, StringComparison.Ordinal);

    /// <inheritdoc />
    public async Task<string?> Validate(Replay wanted, CancellationToken ct)
    {
        if (wanted.Mode == ReplayMode.Verify) return "mode: verify cannot be used with the bus; use dryRun or apply";
        if (wanted.Scope.FromSequence > wanted.Scope.ToSequence) return "scope.toSequence: must not be smaller than scope.fromSequence";
        if (wanted.Scope.From > wanted.Scope.To) return "scope.to: must not be earlier than scope.from";
        if (await FindUnknownType(wanted.Scope.Types ?? [], ct) is { } unknown)
            return $"scope.types: there are no events of type \"{unknown}\"; GET the events to see their types";
        return Queue(wanted) is { } queue && !await broker.HasQueue(queue, ct)
            ? $"target: there is no queue \"{queue}\"; GET the consumers of the receiving service to see its queues"
            : null;
    }

    /// <summary>
    /// Returns a type that no event has, or null. Types that this process knows are checked first; the others are looked up in the store.
    /// </summary>
    private async Task<string?> FindUnknownType(IReadOnlyList<string> types, CancellationToken ct)
    {
        var known = store.Options.Events.AllKnownEventTypes()
            .Select(t => t.EventTypeName)
            .Concat(StoredEvents.Names(store, readModels.Models.Values.SelectMany(m => m.Events)))
            .ToHashSet();
        await using var connection = await database.OpenConnectionAsync(ct);
        foreach (var type in types.Where(t => !known.Contains(t)))
            if (await connection.Value(
                $"select exists (select from {store.Options.Events.DatabaseSchemaName}.mt_events where type = $1)",
                ct,
                type) is false) return type;
        return null;
    }

    /// <summary>The queues that have ever been declared by a consumer of this service's events: each of them was refilled then.</summary>
    public static async Task<IReadOnlyList<string>> RefilledQueues(IDocumentStore store, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var targets = await session.Query<Replay>().Where(r => r.Refill == true).Select(r => r.Target).Distinct().ToListAsync(ct);
        return [.. targets.Select(target => target[QueuePrefix.Length..])];
    }

    /// <summary>
    /// A refill can begin only when its queue has a consumer: then the bindings of the queue exist, and new events reach it directly. The
    /// events that the relay has not published yet go first.
    /// </summary>
    public async Task<bool> CanBegin(Replay replay, CancellationToken ct)
    {
        if (replay.Refill != true) return true;
        try
        {
            return await broker.HasConsumer(Queue(replay)!, ct)
                && ((await relay.Read(ct)).Lag <= Page || clock.GetUtcNow() - replay.RequestedAt > MaxWaitForRelay);
        }
        catch (Exception e) when (BrokerProblems.IsUnavailable(e)) { return false; }
    }

    /// <inheritdoc />
    public async Task Run(RunningReplay run, CancellationToken ct)
    {
        var (replay, stored) = (run.Replay, new StoredEvents(store));
        await using var session = stored.Session;
        await using var connection = await database.OpenConnectionAsync(ct);
        var where = new ScopeFilter(replay.Scope);
        var (position, done) = (replay.Position, replay.Done);
        // The replay ends here, because the relay publishes all later events.
        var last = Math.Min(
            (long)(await connection.Value($"select coalesce(max(seq_id), 0) from {stored.Table}", ct))!,
            replay.Scope.ToSequence ?? long.MaxValue);
        // A refill that a replica of an earlier version has begun has a positive position and continues in that order. A replica of an
        // earlier version that continues this one treats the negative position as 0 and sends everything.
        var newestFirst = replay is { Refill: true, Scope.From: null, Position: <= 0 };
        if (newestFirst && position == 0) position = -last - 1;
        (long After, long Last) Remaining() => newestFirst ? (0, -position - 1) : (position, last);
        var total = done + await where.Count(connection, stored, Remaining(), ct);
        await run.Advance("sending", done, total, position, ct, always: true);
        var rateLimit = new RateLimit(replay.PerSecond ?? DefaultPerSecond, clock);
        while (await where.Next(connection, stored, Remaining(), newestFirst, Page, ct) is { Count: > 0 } page)
        {
            if (replay.Mode == ReplayMode.Apply)
            {
                await WaitForConsumer(replay, ct);
                await republisher.Send(page, ct, Queue(replay), replay.Refill == true, replay.Messages);
            }
            (position, done) = (newestFirst ? -page[0].Sequence : page[^1].Sequence, done + page.Count);
            await run.Advance("sending", done, total, position, ct);
            if (replay.Mode == ReplayMode.Apply) await rateLimit.Wait(page.Count, ct);
        }
        await run.Advance("sending", done, total, position, ct, always: true);
        if (replay.Mode == ReplayMode.Apply && replay.Target == AllConsumers && replay.Scope == new ReplayScope())
            await republisher.AnnounceEnd(replay.RequestedAt, ct);
        await run.Complete(done, null, ct);
    }

    /// <summary>Waits while the consumers of the queue have a backlog, unless the broker is unavailable.</summary>
    private async Task WaitForConsumer(Replay replay, CancellationToken ct)
    {
        if (Queue(replay) is not { } queue) return;
        try
        {
            while (await broker.Backlog(queue, ct) > MaxBacklog) await Task.Delay(CheckQueueEvery, clock, ct);
        }
        catch (Exception e) when (BrokerProblems.IsUnavailable(e))
        {
            BrokerUnavailable(log, e, queue);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not read the length of the queue {Queue}. The replay continues.")]
    private static partial void BrokerUnavailable(ILogger log, Exception e, string queue);

    private static string? Queue(Replay replay) =>
        replay.Target.StartsWith(QueuePrefix, StringComparison.Ordinal) ? replay.Target[QueuePrefix.Length..] : null;

    /// <summary>The scope of a replay as an SQL condition.</summary>
    private sealed class ScopeFilter(ReplayScope scope)
    {
        private const string Where =
            """
            d.seq_id > $1 and d.seq_id <= $2 and d.stream_id not like 'replay-%' and not d.is_archived
            and ($3::text is null or d.stream_id = $3) and ($4::timestamptz is null or d.timestamp >= $4)
            and ($5::timestamptz is null or d.timestamp <= $5) and ($6::text[] is null or d.type = any($6))
            """;

        private object[] Arguments((long After, long Last) range) =>
        [
            Math.Max(range.After, (scope.FromSequence ?? 1) - 1), range.Last, (object?)scope.Stream ?? DBNull.Value,
            (object?)scope.From?.ToUniversalTime() ?? DBNull.Value,
            (object?)scope.To?.ToUniversalTime() ?? DBNull.Value,
            (object?)scope.Types?.ToArray() ?? DBNull.Value,
        ];

        public async Task<long> Count(NpgsqlConnection connection, StoredEvents stored, (long, long) range, CancellationToken ct) =>
            (long)(await connection.Value($"select count(*) from {stored.Table} d where {Where}", ct, Arguments(range)))!;

        /// <summary>The oldest or newest events of a range, in the order of their numbers.</summary>
        public async Task<IReadOnlyList<IEvent>> Next(
            NpgsqlConnection connection,
            StoredEvents stored,
            (long, long) range,
            bool newest,
            int limit,
            CancellationToken ct)
        {
            var page = new List<IEvent>(limit);
            var order = newest ? "desc" : "asc";
            await foreach (var e in stored.Read(connection, $"{Where} order by d.seq_id {order} limit {limit}", ct, Arguments(range)))
                page.Add(e);
            if (newest) page.Reverse();
            return page;
        }
    }

    /// <summary>Limits the average rate since the replay began.</summary>
    private sealed class RateLimit(int perSecond, TimeProvider clock)
    {
        private readonly long _began = clock.GetTimestamp();
        private long _sent;

        public async Task Wait(int sent, CancellationToken ct)
        {
            _sent += sent;
            var due = TimeSpan.FromSeconds((double)_sent / perSecond) - clock.GetElapsedTime(_began);
            if (due > TimeSpan.Zero) await Task.Delay(due, clock, ct);
        }
    }
}
