using Marten;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.EventSourcing.Replays;

namespace Platform.EventSourcing;

/// <summary>
/// A replica of this service that runs now. <paramref name="Version"/>, <paramref name="Schema"/> and <paramref name="ReadModels"/> are
/// null for one of a release that does not announce them.
/// </summary>
public sealed record RunningReplica(string Name, string? Version, string? Schema, string? ReadModels);

/// <summary>
/// Announces this replica to the others, in the database, every two seconds. The announcement of a replica that has no session any more
/// expires after ten seconds; one that is frozen still counts, because it may go on at any moment.
/// </summary>
public sealed partial class Replicas(
    IDocumentStore store, NpgsqlDataSource database, ReplicaVersion version, ReplicaName replica, TimeProvider clock, ILogger<Replicas> log)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private const string Expiry = "10 seconds", Forgotten = "1 day";

    private readonly string _table = $"{store.Options.DatabaseSchemaName}.replicas";
    private readonly string _service = store.Options.DatabaseSchemaName.Replace('_', '-');

    /// <summary>What this replica runs.</summary>
    public ReplicaVersion Own => version;

    /// <summary>
    /// Those that run now, this one among them. Times are the database's, so that clocks of hosts need not agree. A process that opens
    /// sessions and announces nothing runs another release, even if one that did bore its name before.
    /// </summary>
    public async Task<IReadOnlyList<RunningReplica>> Running(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.Rows(
            $"""
            with session as (
                select application_name as name, max(backend_start) as newest from pg_stat_activity
                where datname = current_database() group by 1),
              announced as (
                select name, version, schema, read_models from {_table} left join session using (name)
                where seen > now() - interval '{Expiry}' or newest <= seen + interval '{Expiry}')
            select name, version, schema, read_models from announced
            union all
            select name, null, null, null from session
            where (starts_with(name, $1 || '-') or starts_with(name, $1 || '@')) and name not in (select name from announced)
            order by 1
            """,
            r => new RunningReplica(r.GetString(0), Text(r, 1), Text(r, 2), Text(r, 3)),
            ct,
            _service);
    }

    /// <summary>Why nothing may be done that needs all replicas to be of this version; null if they are.</summary>
    public async Task<string?> Differences(CancellationToken ct) => Differences(await Running(ct));

    /// <summary>The same of those that were read before.</summary>
    public string? Differences(IReadOnlyList<RunningReplica> running) =>
        running.All(r => (r.Version, r.Schema, r.ReadModels) == (version.Version, version.Schema, version.ReadModels))
            ? null
            : $"Replicas of different versions are running: {string.Join(", ", running.Select(Described))}. "
                + "Finish the upgrade, or roll it back.";

    /// <inheritdoc />
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Announce(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                try
                {
                    await Announce(stoppingToken);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    NotAnnounced(log, e);
                }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            // Not deleted: its last sessions must not be taken for those of a release that announces nothing.
            await connection.Run(
                $"update {_table} set seen = now() - interval '{Expiry}' where name = $1", cancellationToken, replica.Name);
        }
        catch (Exception e)
        {
            NotAnnounced(log, e); // It expires.
        }
    }

    private async Task Announce(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await connection.Run(
            $"""
            with forgotten as (delete from {_table} where seen < now() - interval '{Forgotten}')
            insert into {_table} (name, version, schema, read_models, seen) values ($1, $2, $3, $4, now())
            on conflict (name) do update
            set version = excluded.version, schema = excluded.schema, read_models = excluded.read_models, seen = excluded.seen
            """, ct, replica.Name, version.Version, version.Schema, version.ReadModels);
    }

    private static string Described(RunningReplica replica) =>
        $"{replica.Name} ({(replica.Version is null ? "an earlier release" : $"{replica.Version}, schema {replica.Schema}")})";

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The other replicas could not be told which version this one runs.")]
    private static partial void NotAnnounced(ILogger log, Exception e);
}

/// <summary>
/// Which versions run side by side, and which read models other code wrote. Neither is a fault: replicas of two versions serve.
/// </summary>
public sealed class ReplicasHealth(Replicas replicas, ReadModelVersions models) : IHealthCheck
{
    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var running = await replicas.Running(cancellationToken);
        var differences = replicas.Differences(running);
        var outdated = await models.Outdated(cancellationToken);
        var data = new Dictionary<string, object>
        {
            ["version"] = replicas.Own.Version,
            ["schema"] = replicas.Own.Schema,
            ["replicas"] = running,
            ["differ"] = differences is not null,
        };
        if (outdated.Count > 0) data["outdatedReadModels"] = outdated;
        return HealthCheckResult.Healthy(differences, data);
    }
}
