using JasperFx.Events.Daemon;
using Marten;
using Npgsql;
using RabbitMQ.Client.Exceptions;

namespace Platform.EventSourcing.Replays;

/// <summary>
/// Whoever follows this service's events. <c>Kind</c>: relay (store to bus), readModel (written with the events, so never behind) or queue (messages of others that this service consumes;
/// its lag is what waits there, <c>Failed</c> what lies in its error queue). <c>Replica</c>: which one leads; null where none does, or all work side by side.
/// </summary>
public sealed record Consumer(string Name, string Kind, long Position, long Lag, string Status, string? LastError, DateTimeOffset? ErrorAt, string? Replica, LastReplay? LastReplay = null, long Failed = 0);

/// <summary>What the last replay to it came to.</summary>
public sealed record LastReplay(string Id, ReplayMode Mode, ReplayStatus Status, DateTimeOffset RequestedAt, long? Differences);

/// <summary>The last attempt to publish that the broker did not confirm; kept in the store so that every replica can tell.</summary>
public sealed record RelayTrouble
{
    /// <summary>There is one relay.</summary>
    public string Id { get; init; } = Relay.Shard;
    /// <summary>What was said.</summary>
    public string Error { get; init; } = "";
    /// <summary>When.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>Positions, lag, status and errors of everything that follows the events.</summary>
public sealed class Consumers(IDocumentStore store, NpgsqlDataSource database, IProjectionCoordinator daemon, IBroker broker, RebuildReadModel readModels, ReplicaName replica)
{
    /// <summary>All of them.</summary>
    public async Task<IReadOnlyList<Consumer>> All(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var replays = (await session.Query<Replay>().OrderByDescending(r => r.RequestedAt).Take(500).ToListAsync(ct)).GroupBy(r => r.Target).ToDictionary(g => g.Key, g => Last(g.First()));
        var relay = await OfRelay(session, ct);
        var head = relay.Position + relay.Lag;
        return
        [
            relay with { LastReplay = replays.GetValueOrDefault(RepublishEvents.Everybody) },
            .. readModels.Models.Keys.Select(name => new Consumer(name, "readModel", head, 0, "inline", null, null, null, replays.GetValueOrDefault(RebuildReadModel.Prefix + name))),
            .. await OfQueues(ct),
        ];
    }

    /// <summary>An admin looks here just when the broker is away.</summary>
    private async Task<IEnumerable<Consumer>> OfQueues(CancellationToken ct)
    {
        try
        {
            return (await broker.Count(ct)).Select(q => new Consumer(q.Queue, "queue", 0, q.Messages, q.Consumers == 0 ? "stopped" : "running", q.Failed > 0 ? $"{q.Failed} failed: see failures" : null, null, null, Failed: q.Failed));
        }
        catch (Exception e) when (e is BrokerUnreachableException or AlreadyClosedException)
        {
            return broker.Queues.Select(q => new Consumer(q, "queue", 0, 0, "unknown", "the broker does not answer", null, null));
        }
    }

    private async Task<Consumer> OfRelay(IQuerySession session, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var (position, head) = (await connection.Rows(
            $"select coalesce((select last_seq_id from {Schema}.mt_event_progression where name = '{Relay.Shard}:All'), 0), coalesce((select max(seq_id) from {Schema}.mt_events), 0)",
            r => (r.GetInt64(0), r.GetInt64(1)), ct)).Single();
        var agent = daemon.DaemonForMainDatabase().CurrentAgents().FirstOrDefault(a => a.Name.Name == Relay.Shard);
        // The session that holds the relay's own lock bears the replica's name; the mail and replays have locks of the same form.
        var leader = agent is not null ? replica.Name : (string?)await connection.Value(
            """
            select application_name from pg_locks l join pg_stat_activity a using (pid)
            where locktype = 'advisory' and objsubid = 1 and granted and ((classid::bigint << 32) | objid::bigint) = $1
              and l.database = (select oid from pg_database where datname = current_database()) limit 1
            """, ct, Leadership.LockOf(store));
        var trouble = await session.LoadAsync<RelayTrouble>(Relay.Shard, ct);
        var status = agent is { Status: not JasperFx.AgentStatus.Running } ? agent.Status.ToString().ToLowerInvariant() : leader is null ? "stopped" : trouble is not null && head > position ? "waiting" : "running";
        var error = agent?.Failure?.Message ?? (head > position ? trouble?.Error : null);
        return new Consumer(Relay.Shard, "relay", position, head - position, status, error, agent?.Failure?.OccurredAt ?? trouble?.At, leader);
    }

    private string Schema => store.Options.DatabaseSchemaName;

    private static LastReplay Last(Replay r) => new(r.Id, r.Mode, r.Status, r.RequestedAt, r.Comparison?.Differences());
}
