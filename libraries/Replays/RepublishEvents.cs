using JasperFx.Events;
using Marten;
using MassTransit;
using Npgsql;
using Platform.EventSourcing;
using Platform.Messaging;
using Platform.Postgres;
using RabbitMQ.Client.Exceptions;

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
/// itself and does not change the position of the relay.
/// </summary>
public sealed class RepublishEvents(
    IDocumentStore store,
    NpgsqlDataSource database,
    Republisher republisher,
    RebuildReadModel readModels,
    IRabbitMqAdmin broker,
    TimeProvider clock) : IReplayTarget
{
    /// <summary>The target for all consumers.</summary>
    public const string AllConsumers = "bus";
    /// <summary>The prefix of the targets for one queue: <c>bus:QUEUE</c>.</summary>
    public const string QueuePrefix = "bus:";
    /// <summary>The default rate, at which a consumer keeps up although it also has other work.</summary>
    public const int DefaultPerSecond = 500;
    private const int Page = 200;

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

    /// <summary>
    /// A refill can begin only when its queue has a consumer: then the bindings of the queue exist, and new events reach it directly.
    /// </summary>
    public async Task<bool> CanBegin(Replay replay, CancellationToken ct)
    {
        if (replay.Refill != true) return true;
        try { return await broker.HasConsumer(Queue(replay)!, ct); }
        catch (Exception e) when (e is BrokerUnreachableException or AlreadyClosedException) { return false; }
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
        var total = done + await where.Count(connection, stored, position, last, ct);
        await run.Advance("sending", done, total, position, ct, always: true);
        var rateLimit = new RateLimit(replay.PerSecond ?? DefaultPerSecond, clock);
        while (await where.Next(connection, stored, position, last, Page, ct) is { Count: > 0 } page)
        {
            if (replay.Mode == ReplayMode.Apply) await republisher.Send(page, ct, Queue(replay), replay.Refill == true, replay.Messages);
            (position, done) = (page[^1].Sequence, done + page.Count);
            await run.Advance("sending", done, total, position, ct);
            if (replay.Mode == ReplayMode.Apply) await rateLimit.Wait(page.Count, ct);
        }
        await run.Advance("sending", done, total, position, ct, always: true);
        if (replay.Mode == ReplayMode.Apply && replay.Target == AllConsumers && replay.Scope == new ReplayScope())
            await republisher.AnnounceEnd(replay.RequestedAt, ct);
        await run.Complete(done, null, ct);
    }

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

        private object[] Arguments(long after, long last) =>
        [
            Math.Max(after, (scope.FromSequence ?? 1) - 1), last, (object?)scope.Stream ?? DBNull.Value,
            (object?)scope.From?.ToUniversalTime() ?? DBNull.Value,
            (object?)scope.To?.ToUniversalTime() ?? DBNull.Value,
            (object?)scope.Types?.ToArray() ?? DBNull.Value,
        ];

        public async Task<long> Count(
            NpgsqlConnection connection,
            StoredEvents stored,
            long after,
            long last,
            CancellationToken ct) =>
            (long)(await connection.Value($"select count(*) from {stored.Table} d where {Where}", ct, Arguments(after, last)))!;

        public async Task<IReadOnlyList<IEvent>> Next(
            NpgsqlConnection connection,
            StoredEvents stored,
            long after,
            long last,
            int limit,
            CancellationToken ct)
        {
            var page = new List<IEvent>(limit);
            await foreach (var e in stored.Read(connection, $"{Where} order by d.seq_id limit {limit}", ct, Arguments(after, last)))
                page.Add(e);
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
