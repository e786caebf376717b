using JasperFx.Events;
using Marten;
using MassTransit;
using Npgsql;
using RabbitMQ.Client.Exceptions;

namespace Platform.EventSourcing.Replays;

/// <summary>What marks a message as sent again.</summary>
public static class Replayed
{
    /// <summary>The header: true on every message of a replay.</summary>
    public const string Header = "Replay";

    /// <summary>
    /// Sent again by a replay: whoever keeps state decides by state as always; whoever has an effect outside (mail, live stream) stays
    /// silent.
    /// </summary>
    public static bool IsReplay(this MessageContext context) => context.Headers.Get<bool>(Header) == true;

    /// <summary>The header of messages that are sent again to a queue that was declared anew (<see cref="Refills"/>).</summary>
    public const string RefillHeader = "Refill";

    /// <summary>Sent again because the queue may have lost messages: the consumer may not have received this one before.</summary>
    public static bool IsRefill(this MessageContext context) => context.Headers.Get<bool>(RefillHeader) == true;
}

/// <summary>Sends the public events of stored events again, under their own ids and marked as replay; each stream in its order.</summary>
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
    /// After a restore, tells everybody that all events of this epoch were sent again; in the first epoch nothing is to be told.
    /// </summary>
    public async Task TellEnd(DateTimeOffset began, CancellationToken ct)
    {
        var epoch = await epochs.Read(ct);
        if (epoch == 0 || began.ToUnixTimeSeconds() < epoch) return;
        var message = retold(epoch, clock.GetUtcNow());
        await bus.Publish(message, message.GetType(), context => context.SetEpoch(epoch), ct);
    }

    /// <summary>To everybody, or to one queue only; done when the broker has confirmed them all.</summary>
    public async Task Send(
        IReadOnlyList<IEvent> events,
        CancellationToken ct,
        string? queue = null,
        bool isRefill = false,
        IReadOnlyList<string>? types = null)
    {
        var only = queue is null ? null : await bus.GetSendEndpoint(new Uri($"exchange:{queue}"));
        var epoch = await epochs.Read(ct);
        await using var session = store.QuerySession();
        var messages = (await translate(events, session, ct)).Where(m => types?.Contains(m.Message.GetType().Name) != false);
        var orders = only is null ? Batches.Of([.. messages]) : OfStreams(messages);
        await Task.WhenAll(orders.Select(async order =>
        {
            foreach (var message in order.Messages)
                await publisher.PublishUntilConfirmed(message, limit => only is null
                    ? bus.Publish(message.Message, message.Message.GetType(), context => Mark(context, message, epoch), limit)
                    : only.Send(message.Message, message.Message.GetType(), context => Mark(context, message, epoch, isRefill), limit), ct);
        }));
    }

    /// <summary>Without batches: the consumer of a single queue may be of an earlier version, which does not know them.</summary>
    private static IEnumerable<PublishingOrder> OfStreams(IEnumerable<Outbound> messages) =>
        messages.GroupBy(m => m.Stream).Select(stream => new PublishingOrder([stream.Key], [.. stream]));

    private static void Mark(SendContext context, Outbound message, long epoch, bool isRefill = false)
    {
        message.Mark(context, epoch);
        context.Headers.Set(Replayed.Header, true);
        if (isRefill) context.Headers.Set(Replayed.RefillHeader, true);
    }
}

/// <summary>
/// <c>bus</c>, <c>bus:QUEUE</c>: sends the public events of stored events again, to everybody or to one consumer's queue only. It reads the
/// events itself: the relay's position is the relay's alone.
/// </summary>
public sealed class RepublishEvents(
    IDocumentStore store,
    NpgsqlDataSource database,
    Republisher republisher,
    RebuildReadModel readModels,
    IBroker broker,
    TimeProvider clock) : IReplayTarget
{
    /// <summary>To everybody.</summary>
    public const string Everybody = "bus";
    /// <summary>To one queue: <c>bus:QUEUE</c>.</summary>
    public const string One = "bus:";
    /// <summary>So fast where the request says nothing: a consumer with work of its own keeps up.</summary>
    public const int DefaultPerSecond = 500;
    private const int Page = 200;

    /// <inheritdoc />
    public bool Knows(string target) => target == Everybody || target.StartsWith(One, StringComparison.Ordinal);

    /// <inheritdoc />
    public async Task<string?> Objection(Replay wanted, CancellationToken ct)
    {
        if (wanted.Mode == ReplayMode.Verify) return "mode: there is nothing to compare on the bus; use dryRun or apply";
        if (wanted.Scope.FromSequence > wanted.Scope.ToSequence) return "scope.toSequence: must not be smaller than fromSequence";
        if (wanted.Scope.From > wanted.Scope.To) return "scope.to: must not be earlier than from";
        if (await Unknown(wanted.Scope.Types ?? [], ct) is { } unknown)
            return $"scope.types: there are no events of type \"{unknown}\"; GET the events to see the names";
        return Queue(wanted) is { } queue && !await broker.HasQueue(queue, ct)
            ? $"target: there is no queue \"{queue}\"; GET the consumers of the service that listens to see its queues"
            : null;
    }

    /// <summary>
    /// A type that no event has: read models know most of them, Marten those that this process has met, the store whatever there ever was.
    /// </summary>
    private async Task<string?> Unknown(IReadOnlyList<string> types, CancellationToken ct)
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
    /// A refill waits until its queue is consumed: then its bindings are there, so that what is published from now on reaches it anyway.
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
        var where = new Condition(replay.Scope);
        var (position, done) = (replay.Position, replay.Done);
        // Up to here: what is appended from now on goes out by itself.
        var last = Math.Min(
            (long)(await connection.Value($"select coalesce(max(seq_id), 0) from {stored.Table}", ct))!,
            replay.Scope.ToSequence ?? long.MaxValue);
        var total = done + await where.Count(connection, stored, position, last, ct);
        await run.Advance("sending", done, total, position, ct, always: true);
        var pace = new Pace(replay.PerSecond ?? DefaultPerSecond, clock);
        while (await where.Next(connection, stored, position, last, Page, ct) is { Count: > 0 } page)
        {
            if (replay.Mode == ReplayMode.Apply) await republisher.Send(page, ct, Queue(replay), replay.Refill == true, replay.Messages);
            (position, done) = (page[^1].Sequence, done + page.Count);
            await run.Advance("sending", done, total, position, ct);
            if (replay.Mode == ReplayMode.Apply) await pace.Wait(page.Count, ct);
        }
        await run.Advance("sending", done, total, position, ct, always: true);
        if (replay.Mode == ReplayMode.Apply && replay.Target == Everybody && replay.Scope == new ReplayScope())
            await republisher.TellEnd(replay.RequestedAt, ct);
        await run.Complete(done, null, ct);
    }

    private static string? Queue(Replay replay) =>
        replay.Target.StartsWith(One, StringComparison.Ordinal) ? replay.Target[One.Length..] : null;

    /// <summary>The scope as SQL.</summary>
    private sealed class Condition(ReplayScope scope)
    {
        private const string Where =
            """
            d.seq_id > $1 and d.seq_id <= $2 and d.stream_id not like 'replay-%' and not d.is_archived and ($3::text is null or d.stream_id = $3)
            and ($4::timestamptz is null or d.timestamp >= $4) and ($5::timestamptz is null or d.timestamp <= $5) and ($6::text[] is null or d.type = any($6))
            """;

        private object[] Arguments(long after, long last) =>
        [
            Math.Max(after, (scope.FromSequence ?? 1) - 1), last, (object?)scope.Stream ?? DBNull.Value,
            (object?)scope.From?.ToUniversalTime() ?? DBNull.Value,
            (object?)scope.To?.ToUniversalTime() ?? DBNull.Value,
            (object?)scope.Types?.ToArray() ?? DBNull.Value,
        ];

        public async Task<long> Count(NpgsqlConnection connection, StoredEvents stored, long after, long last, CancellationToken ct) =>
            (long)(await connection.Value($"select count(*) from {stored.Table} d where {Where}", ct, Arguments(after, last)))!;

        public async Task<IReadOnlyList<IEvent>> Next(
            NpgsqlConnection connection, StoredEvents stored, long after, long last, int limit, CancellationToken ct)
        {
            var page = new List<IEvent>(limit);
            await foreach (var e in stored.Read(connection, $"{Where} order by d.seq_id limit {limit}", ct, Arguments(after, last)))
                page.Add(e);
            return page;
        }
    }

    /// <summary>Not faster than so many a second, on average since it began.</summary>
    private sealed class Pace(int perSecond, TimeProvider clock)
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
