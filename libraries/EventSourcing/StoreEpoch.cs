using System.Text.Json;
using Marten;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Postgres;
using Platform.Web;
using Weasel.Postgresql.Tables;

namespace Platform.EventSourcing;

/// <summary>
/// A period in which a store has lost no events. <paramref name="Number"/> is 0 from the beginning, and later the Unix time in seconds at
/// which a loss was detected. <paramref name="Lost"/> is the number of published events that were lost, and <paramref name="Events"/>
/// contains the newest of them.
/// </summary>
public sealed record Epoch(
    long Number,
    DateTimeOffset BeganAt,
    string Reason,
    long Lost,
    IReadOnlyList<RelayedEvent> Events)
{
    /// <summary>The maximum number of lost events that are listed.</summary>
    public const int MaxListedEvents = 1000;

    /// <summary>
    /// Returns the epoch that begins now, or null if the current epoch continues. A restore, or a failover to a standby that lagged behind,
    /// removes events that other services have received, and events that are appended later get the same numbers and versions again. The
    /// evidence is <paramref name="lost"/>: events in the relay trail that are missing in the store. If the trail is empty, a server or
    /// timeline other than <paramref name="known"/> counts as a loss.
    /// </summary>
    public static Epoch? Next(
        long current,
        string? known,
        string server,
        bool brokerRemembers,
        IReadOnlyList<RelayedEvent> lost,
        DateTimeOffset now)
    {
        var reason = lost.Count > 0
            ? "Published events are missing: the store was restored, or a standby that lacked them became the primary."
            : !brokerRemembers && known is not null && known != server
                ? "The database is on another server or timeline, and the broker has no record of the published events."
                : null;
        return reason is null
            ? null
            : new(Math.Max(current + 1, now.ToUnixTimeSeconds()), now, reason, lost.Count, [.. lost.TakeLast(MaxListedEvents)]);
    }
}

/// <summary>
/// The epoch of this service's store (<see cref="Epoch"/>). Public events carry it, and consumers compare it before the stream version, so
/// that in a new epoch they accept versions that they have already seen (docs/decisions/0112).
/// </summary>
public sealed partial class StoreEpoch(
    IDocumentStore store,
    NpgsqlDataSource database,
    TimeProvider clock,
    ILogger<StoreEpoch> log) : BackgroundService, IStoreEpoch
{

    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(1);

    private readonly string _table = $"{store.Options.DatabaseSchemaName}.epoch";
    private long _current;

    /// <inheritdoc />
    public long Current => Interlocked.Read(ref _current);

    /// <summary>Declares the table. It has one row for each epoch; the newest row names the server on which the epoch continues.</summary>
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

    /// <summary>Reads the number of the current epoch from the database.</summary>
    public async Task<long> Read(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        Interlocked.Exchange(ref _current, (long)(await connection.Value($"select coalesce(max(number), 0) from {_table}", ct))!);
        return Current;
    }

    /// <summary>Reads all epochs, the newest first.</summary>
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
    /// Compares the store with the relay trail, and begins a new epoch if events are lost. It is called at the beginning of each term of
    /// the relay, before anything is published, and writes on the session that holds the lock of the relay.
    /// </summary>
    internal async Task<long> DetectLoss(SessionLock session, RelayTrail trail, CancellationToken ct)
    {
        var relayed = await trail.Read(ct);
        var (current, begun) = await session.Run(async leader =>
        {
            var (number, known) = (await leader.Rows(
                $"select number, server from {_table} order by number desc limit 1", r => (r.GetInt64(0), (string?)r.GetString(1)), ct))
                    .SingleOrDefault();
            var server = (string)(await leader.Value($"select {PrimaryServer.Sql}", ct))!;
            var next = Epoch.Next(
                number, known, server, relayed.Count > 0, await Lost(leader, relayed.Where(r => r.Epoch >= number), ct), clock.GetUtcNow());
            if (known == server && next is null) return (number, null);
            var row = next ?? new(number, clock.GetUtcNow(), "The store was created.", 0, []);
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

    /// <summary>Reads the epoch before the service answers its first request.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Read(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(RefreshInterval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Read(stoppingToken);
            }
            catch (NpgsqlException e)
            {
                RefreshFailed(log, e);
            }
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "Epoch {Number} of the store begins. {Reason} Published events that were lost: {Lost}.")]
    private static partial void Begun(ILogger log, long number, string reason, long lost);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Could not read the epoch of the store. It will be read again in a second.")]
    private static partial void RefreshFailed(ILogger log, Exception e);
}
