using System.Diagnostics.Metrics;
using JasperFx.Events.Daemon;
using Marten;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Platform.EventSourcing;

/// <summary>
/// Is the relay moving? Degraded when events wait and its position has stood still for <see cref="Patience"/>;
/// never unhealthy, because a service whose events wait still serves reads and writes. Marten's own check does not see a paused relay.
/// </summary>
public sealed class RelayHealth(IDocumentStore store, IProjectionCoordinator daemon, TimeProvider clock) : IHealthCheck
{
    /// <summary>How long events may wait without any progress.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly Gauge<long> Lag = new Meter(Relay.Telemetry).CreateGauge<long>("platform.relay.lag", "{event}", "Committed events not yet confirmed by the broker.");
    private long _position = -1;
    private DateTimeOffset _movedAt = clock.GetUtcNow();

    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var (position, head) = await PositionAndHead(cancellationToken);
        Lag.Record(head - position);
        var now = clock.GetUtcNow();
        if (position != _position || position >= head) (_position, _movedAt) = (position, now);

        var data = new Dictionary<string, object>
        {
            ["position"] = position,
            ["head"] = head,
            ["lag"] = head - position,
            ["leads"] = daemon.DaemonForMainDatabase().CurrentAgents().Any(a => a.Name.Name == Relay.Shard && a.Status == JasperFx.AgentStatus.Running),
        };
        return now - _movedAt > Patience
            ? HealthCheckResult.Degraded($"{head - position} events wait for the broker; nothing went out since {_movedAt:O}.", data: data)
            : HealthCheckResult.Healthy(data: data);
    }

    private async Task<(long Position, long Head)> PositionAndHead(CancellationToken ct)
    {
        var schema = store.Options.Events.DatabaseSchemaName;
        await using var session = store.QuerySession();
        await using var command = new NpgsqlCommand(
            $"select coalesce((select last_seq_id from {schema}.mt_event_progression where name = @name), 0), coalesce((select max(seq_id) from {schema}.mt_events), 0)");
        command.Parameters.AddWithValue("name", Relay.Shard + ":All");
        await using var reader = await session.ExecuteReaderAsync(command, ct);
        await reader.ReadAsync(ct);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }
}
