using System.Text.Json;
using Marten;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.EventSourcing.Replays;
using Weasel.Postgresql.Tables;

namespace Platform.EventSourcing;

/// <summary>
/// Since when a store's history is the one that it is now: 0 from the beginning, else the Unix time in seconds at which it was found to
/// have lost its newest events. <paramref name="Lost"/>: how many events were relayed to others and are gone; <paramref name="Events"/>:
/// the newest of them.
/// </summary>
public sealed record Epoch(long Number, DateTimeOffset BeganAt, string Reason, long Lost, IReadOnlyList<RelayedEvent> Events)
{
    /// <summary>So many lost events are kept by name.</summary>
    public const int MostNamed = 1000;

    /// <summary>
    /// The epoch that begins, or null while the present one goes on. A restore, or a failover to a standby that lagged behind, takes away
    /// events that others have heard of; what is appended afterwards gets their numbers and versions once more. Evidence of it is
    /// <paramref name="lost"/>: events that the broker remembers and the store does not have. If the broker remembers nothing, another
    /// server or timeline than that of <paramref name="known"/> is reason enough.
    /// </summary>
    public static Epoch? Next(
        long current, string? known, string server, bool brokerRemembers, IReadOnlyList<RelayedEvent> lost, DateTimeOffset now)
    {
        var reason = lost.Count > 0
            ? "Events that were relayed are missing: the store was restored, or a standby became the primary that lacked them."
            : !brokerRemembers && known is not null && known != server
                ? "The database is on another server or timeline, and the broker does not remember what was relayed."
                : null;
        return reason is null
            ? null
            : new(Math.Max(current + 1, now.ToUnixTimeSeconds()), now, reason, lost.Count, [.. lost.TakeLast(MostNamed)]);
    }
}

/// <summary>
/// The epoch of this service's store (<see cref="Epoch"/>). Public events carry it: consumers compare it before the version, so that they
/// accept versions once more that they have seen already (docs/decisions/0112).
/// </summary>
public sealed partial class StoreEpoch(
    IDocumentStore store,
    NpgsqlDataSource database,
    GroupCommit group,
    ConsumedQueues queues,
    Refills refills,
    TimeProvider clock,
    ILogger<StoreEpoch> log) : BackgroundService
{
    /// <summary>The header of public events; absent in epoch 0.</summary>
    public const string Header = "Epoch";

    /// <summary>
    /// What tells a server from others: its cluster, and its timeline, which each promotion and each restore raises. The name of the
    /// current segment of the log begins with the timeline.
    /// </summary>
    public const string ServerSql =
        "(select system_identifier from pg_control_system()) || ' ' || left(pg_walfile_name(pg_current_wal_lsn()), 8)";

    private const int RetoldPerSecond = 2000;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly string _table = $"{store.Options.DatabaseSchemaName}.epoch";
    private long _current;

    /// <summary>The number, as this replica read it in the last second.</summary>
    public long Current => Interlocked.Read(ref _current);

    /// <summary>Declares the table: one row for each epoch, the newest with the server on which it goes on.</summary>
    public static void Configure(StoreOptions options)
    {
        var table = new Table($"{options.DatabaseSchemaName}.epoch");
        table.AddColumn<long>("number").AsPrimaryKey();
        table.AddColumn<DateTimeOffset>("began_at").NotNull();
        table.AddColumn<string>("reason").NotNull();
        table.AddColumn<long>("lost").NotNull();
        table.AddColumn("events", "jsonb").NotNull();
        table.AddColumn<string>("server").NotNull();
        options.Storage.ExtendedSchemaObjects.Add(table);
    }

    /// <summary>The number as the database has it.</summary>
    public async Task<long> Read(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        Interlocked.Exchange(ref _current, (long)(await connection.Value($"select coalesce(max(number), 0) from {_table}", ct))!);
        return Current;
    }

    /// <summary>All epochs, the newest first.</summary>
    public async Task<IReadOnlyList<Epoch>> All(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.Rows(
            $"select number, began_at, reason, lost, events::text from {_table} order by number desc",
            r => new Epoch(
                r.GetInt64(0),
                r.GetFieldValue<DateTimeOffset>(1),
                r.GetString(2),
                r.GetInt64(3),
                JsonSerializer.Deserialize<RelayedEvent[]>(r.GetString(4), JsonSerializerOptions.Web)!),
            ct);
    }

    /// <summary>
    /// At the beginning of each term of the relay, before anything is published: compares the store with what the broker remembers, and
    /// begins a new epoch if events are lost. Written on the session that holds the relay's lock.
    /// </summary>
    internal async Task<long> Recognise(SessionLock session, RelayTrail trail, CancellationToken ct)
    {
        var relayed = await trail.Read(ct);
        var (current, begun) = await session.Run(async leader =>
        {
            var (number, known) = (await leader.Rows(
                $"select number, server from {_table} order by number desc limit 1", r => (r.GetInt64(0), (string?)r.GetString(1)), ct))
                    .SingleOrDefault();
            var server = (string)(await leader.Value($"select {ServerSql}", ct))!;
            var next = Epoch.Next(
                number, known, server, relayed.Count > 0, await Lost(leader, relayed.Where(r => r.Epoch >= number), ct), clock.GetUtcNow());
            if (known == server && next is null) return (number, null);
            var row = next ?? new(number, clock.GetUtcNow(), "The store was begun.", 0, []);
            await leader.Run(
                $"""
                insert into {_table} values ($1, $2, $3, $4, $5::jsonb, $6) on conflict (number) do update set server = excluded.server
                """,
                ct,
                row.Number,
                row.BeganAt,
                row.Reason,
                row.Lost,
                JsonSerializer.Serialize(row.Events, JsonSerializerOptions.Web),
                server);
            return (row.Number, next);
        }, ct);
        Interlocked.Exchange(ref _current, current);
        if (begun is not null) Begun(log, begun.Number, begun.Reason, begun.Lost);
        return current;
    }

    /// <summary>
    /// Once for each epoch: asks other services for all that this one had heard of them, and asks for a replay that sends all public events
    /// to everybody. Consumers learn from it what is true in this epoch, and at its end what never was.
    /// </summary>
    internal async Task Restate(long epoch, CancellationToken ct)
    {
        var stream = Replay.Stream(new Guid(0, 0, 0, BitConverter.GetBytes(epoch)));
        await using var session = store.QuerySession();
        if (await session.LoadAsync<Replay>(stream, ct) is not null) return;
        foreach (var queue in queues.Names) await refills.Request(queue, ct);
        var wanted = new ReplayRequested(
            RepublishEvents.Everybody,
            ReplayMode.Apply,
            new ReplayScope(),
            RetoldPerSecond,
            $"Epoch {epoch} of the store began.",
            "relay",
            clock.GetUtcNow());
        await new Decider(store, group, new Actor { Name = "relay" }).Decide<Replay>(stream, replay => Replay.Request(replay, wanted), ct);
    }

    private async Task<IReadOnlyList<RelayedEvent>> Lost(NpgsqlConnection leader, IEnumerable<RelayedEvent> relayed, CancellationToken ct)
    {
        var known = relayed.DistinctBy(r => r.Id).OrderBy(r => r.Sequence).ToArray();
        var missing = (await leader.Rows(
            $"""
            select r.id from unnest($1::bigint[], $2::uuid[]) r(sequence, id)
            left join {store.Options.Events.DatabaseSchemaName}.mt_events e on e.seq_id = r.sequence and e.id = r.id where e.id is null
            """,
            r => r.GetGuid(0),
            ct,
            known.Select(r => r.Sequence).ToArray(),
            known.Select(r => r.Id).ToArray())).ToHashSet();
        return [.. known.Where(r => missing.Contains(r.Id))];
    }

    /// <summary>The number is known before anything is answered.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Read(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Read(stoppingToken);
            }
            catch (NpgsqlException e)
            {
                NotRead(log, e);
            }
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "Epoch {Number} of the store begins. {Reason} Lost events that others had heard of: {Lost}.")]
    private static partial void Begun(ILogger log, long number, string reason, long lost);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The epoch of the store could not be read; it is read again in a second.")]
    private static partial void NotRead(ILogger log, Exception e);
}

/// <summary>The epoch of the publisher's store in which a message was published.</summary>
public static class MessageEpoch
{
    /// <summary>0 where the message names none.</summary>
    public static long Epoch(this MessageContext message) => message.Headers.Get<long>(StoreEpoch.Header) ?? 0;

    /// <summary>The message is published in this epoch.</summary>
    public static void SetEpoch(this SendContext message, long epoch)
    {
        if (epoch > 0) message.Headers.Set(StoreEpoch.Header, epoch);
    }
}
