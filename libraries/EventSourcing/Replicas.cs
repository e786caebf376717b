using Marten;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Postgres;
using Platform.Web;

namespace Platform.EventSourcing;

/// <summary>
/// A running replica of this service. <paramref name="Version"/>, <paramref name="Schema"/> and <paramref name="ReadModels"/> are null if
/// it runs an earlier release that does not announce them.
/// </summary>
public sealed record RunningReplica(string Name, string? Version, string? Schema, string? ReadModels);

/// <summary>
/// Announces the version of this replica to the others, in the database, every two seconds. The announcement of a replica without a
/// database session expires after ten seconds. A frozen replica keeps its sessions and still counts, because it may resume at any moment.
/// </summary>
public sealed partial class Replicas(
    IDocumentStore store,
    NpgsqlDataSource database,
    ReplicaVersion version,
    ReplicaName replica,
    TimeProvider clock,
    ILogger<Replicas> log) : BackgroundService
{
    private static readonly TimeSpan AnnounceEvery = TimeSpan.FromSeconds(2);
    private const string Expiry = "10 seconds", DeletedAfter = "1 day";

    private readonly string _table = $"{store.Options.DatabaseSchemaName}.replicas";
    private readonly string _service = store.Options.DatabaseSchemaName.Replace('_', '-');

    /// <summary>The version that this replica runs.</summary>
    public ReplicaVersion Own => version;

    /// <summary>
    /// Returns the running replicas, including this one. Times are those of the database, so that the clocks of hosts need not agree. A
    /// process that has sessions but announces nothing runs an earlier release, even if a newer replica used the same name before.
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

    /// <summary>
    /// Returns null if all replicas run this version. Otherwise it describes the differences, which forbid operations such as a swap.
    /// </summary>
    public async Task<string?> Differences(CancellationToken ct) => Differences(await Running(ct));

    /// <summary>Does the same for replicas that were read before.</summary>
    public string? Differences(IReadOnlyList<RunningReplica> running) =>
        running.All(r => (r.Version, r.Schema, r.ReadModels) == (version.Version, version.Schema, version.ReadModels))
            ? null
            : $"Replicas of different versions are running: {string.Join(", ", running.Select(Describe))}. "
                + "Complete the upgrade, or roll it back.";

    /// <inheritdoc />
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Announce(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        PeriodicWork.Repeat(AnnounceEvery, clock, Announce, e => NotAnnounced(log, e), stoppingToken, atOnce: false);

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            // The row is not deleted: otherwise the last sessions of this replica would look like those of an earlier release.
            await connection.Run(
                $"update {_table} set seen = now() - interval '{Expiry}' where name = $1", cancellationToken, replica.Name);
        }
        catch (Exception e)
        {
            NotAnnounced(log, e); // the row will expire
        }
    }

    private async Task Announce(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await connection.Run(
            $"""
            with forgotten as (delete from {_table} where seen < now() - interval '{DeletedAfter}')
            insert into {_table} (name, version, schema, read_models, seen) values ($1, $2, $3, $4, now())
            on conflict (name) do update
            set version = excluded.version, schema = excluded.schema, read_models = excluded.read_models, seen = excluded.seen
            """, ct, replica.Name, version.Version, version.Schema, version.ReadModels);
    }

    private static string Describe(RunningReplica replica) =>
        $"{replica.Name} ({(replica.Version is null ? "an earlier release" : $"{replica.Version}, schema {replica.Schema}")})";

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Could not announce the version of this replica to the others. The announcement will be repeated.")]
    private static partial void NotAnnounced(ILogger log, Exception e);
}

/// <summary>The name of this replica.</summary>
public sealed record ReplicaName(string Name);
