using System.Diagnostics.Metrics;
using Marten;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Platform.Postgres;
using Platform.Web;

namespace Platform.EventSourcing;

/// <summary>
/// The state of the relay, which every replica can read. All events up to <paramref name="Position"/> are published, and
/// <paramref name="Head"/> is the number of the newest event. <paramref name="Lag"/> is the number of pending events, and
/// <paramref name="LagSeconds"/> the age of the oldest of them. <paramref name="Leader"/> is the replica that publishes, or null.
/// <paramref name="Cause"/> is the reason why events are pending, or null, and <paramref name="Since"/> the time since which it holds.
/// </summary>
public sealed record RelayState(
    long Position,
    long Head,
    long Lag,
    double LagSeconds,
    string? Leader,
    string? Cause,
    DateTimeOffset? Since);

/// <summary>Reads the position of the relay and finds the reason for pending events.</summary>
public sealed class RelayInspection(IDocumentStore store, NpgsqlDataSource database)
{
    private readonly string _schema = store.Options.Events.DatabaseSchemaName;
    private readonly long _lock = new RelayTable(store).LockKey;

    /// <summary>Reads the current state. It may be 50 ms old, because the position is stored at that interval.</summary>
    public async Task<RelayState> Read(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        // The application name of the session that holds the relay's lock is the name of the leading replica.
        var (upto, holes, head, seconds, leader) = (await connection.Rows(
            $"""
            with at as (
              select coalesce(max(position), 0) as position, coalesce(max(holes), '{"{}"}') as holes
              from {_schema}.relay where name = '{Relay.Id}')
            select position, holes, (select coalesce(max(seq_id), 0) from {_schema}.mt_events),
              coalesce((
                select extract(epoch from now() - e.timestamp) from {_schema}.mt_events e
                where e.seq_id > position order by e.seq_id limit 1), 0)::float8,
              (select a.application_name from pg_locks l join pg_stat_activity a using (pid)
               where l.locktype = 'advisory' and l.objsubid = 1 and l.granted and ((l.classid::bigint << 32) | l.objid::bigint) = $1
                 and l.database = (select oid from pg_database where datname = current_database()) limit 1)
            from at
            """,
            r => (r.GetInt64(0), r.GetFieldValue<long[]>(1), r.GetInt64(2), r.GetDouble(3), r.IsDBNull(4) ? null : r.GetString(4)),
            ct,
            _lock)).Single();
        var position = holes is [var first, ..] ? first - 1 : upto;
        var lag = Math.Max(0, head - upto);
        var (cause, since) = lag == 0 && holes.Length == 0 ? (null, null) : await Cause(connection, lag, holes, leader, ct);
        return new(position, head, lag, lag == 0 ? 0 : Math.Max(0, seconds), leader, cause, since);
    }

    private async Task<(string? Cause, DateTimeOffset? Since)> Cause(
        NpgsqlConnection connection, long lag, long[] holes, string? leader, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        if (lag > 0 && await session.LoadAsync<RelayTrouble>(Relay.Id, ct) is { } trouble) return (trouble.Error, trouble.At);
        if (leader is null) return ("No replica leads the relay. A replica will take over within seconds.", null);
        return holes is [var from, ..] ? (await SessionsHolding(connection, from, ct), null) : (null, null);
    }

    /// <summary>Names the sessions that may hold the missing number. Other events do not wait for them.</summary>
    private async Task<string> SessionsHolding(NpgsqlConnection connection, long from, CancellationToken ct)
    {
        var sessions = await connection.Rows(
            $"""
            select format('%s (%s, %s for %s s)', a.pid, coalesce(nullif(a.application_name, ''), 'unnamed'), a.state,
              extract(epoch from now() - a.xact_start)::int)
            from pg_locks l join pg_stat_activity a using (pid)
            where l.locktype = 'relation' and l.relation = '{_schema}.mt_events_sequence'::regclass and l.mode = 'RowExclusiveLock'
              and l.database = (select oid from pg_database where datname = current_database()) order by a.xact_start limit 5
            """, r => r.GetString(0), ct);
        return sessions.Count == 0
            ? $"Event number {from} is missing. The relay is checking whether its transaction was rolled back."
            : $"Event number {from} belongs to a transaction that has not ended. Sessions that may hold it: {string.Join(", ", sessions)}.";
    }
}

/// <summary>
/// Reports Degraded if events are pending and the position of the relay has not advanced for <see cref="StallLimit"/>. It never reports
/// Unhealthy, because a service with pending events still serves reads and writes.
/// </summary>
public sealed class RelayHealth(RelayInspection inspection, Relay relay, StoreEpoch epochs, TimeProvider clock) : IHealthCheck
{
    /// <summary>How long events may be pending without any progress.</summary>
    public static readonly TimeSpan StallLimit = TimeSpan.FromSeconds(15);

    private static readonly Meter Meter = new(Telemetry.Relay);
    private static readonly Gauge<long> Lag = Meter.CreateGauge<long>(
        "platform.relay.lag", "{event}", "Committed events not yet confirmed by the broker.");
    private static readonly Gauge<double> Delay = Meter.CreateGauge<double>(
        "platform.relay.delay", "s", "Age of the oldest event not yet confirmed by the broker.");
    private long _position = -1;
    private DateTimeOffset _movedAt = clock.GetUtcNow();

    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var state = await inspection.Read(cancellationToken);
        Lag.Record(state.Lag);
        Delay.Record(state.LagSeconds);
        var now = clock.GetUtcNow();
        if (state.Head - state.Lag != _position || state.Lag == 0) (_position, _movedAt) = (state.Head - state.Lag, now);

        var data = new Dictionary<string, object>
        {
            ["position"] = state.Position,
            ["head"] = state.Head,
            ["lag"] = state.Lag,
            ["lagSeconds"] = state.LagSeconds,
            ["leads"] = relay.Leads,
            ["epoch"] = epochs.Current,
        };
        if (state.Leader is not null) data["leader"] = state.Leader;
        if (state.Cause is not null) data["cause"] = state.Cause;
        return now - _movedAt > StallLimit
            ? HealthCheckResult.Degraded(
                $"{state.Lag} events are pending, and none has been published since {_movedAt:O}. {state.Cause}".TrimEnd(), data: data)
            : HealthCheckResult.Healthy(data: data);
    }
}
