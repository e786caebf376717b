using Marten;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.EventSourcing;
using Platform.Postgres;
using Platform.Web;

namespace Platform.Replays;

/// <summary>
/// The version of the code of a read model, which is 1 without this attribute. It must be raised when the code gives a different result for
/// the same events; a contract test detects that (tests/Contracts/readmodels). The attribute belongs on the state of a snapshot, or on the
/// projection.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ReadModelVersionAttribute(int version) : Attribute
{
    /// <summary>The version number.</summary>
    public int Version => version;
}

/// <summary>
/// A read model with rows that were written by another version of its code. <paramref name="BuiltBy"/> lists all versions that wrote rows,
/// and <paramref name="Version"/> is the version of this replica.
/// </summary>
public sealed record OutdatedReadModel(string Name, string BuiltBy, int Version);

/// <summary>
/// Records which versions of its code wrote each read model. A read model that was written by another version is outdated, and is rebuilt
/// beside the live one as soon as all replicas run the same version. If <c>Replays:RebuildOutdated</c> is false, an admin must request the
/// rebuild.
/// </summary>
public sealed partial class ReadModelVersions(
    IDocumentStore store,
    NpgsqlDataSource database,
    GroupCommit group,
    LockSessions locks,
    RebuildReadModel rebuild,
    Replicas replicas,
    RebuildingOutdated setting,
    TimeProvider clock,
    ILogger<ReadModelVersions> log) : BackgroundService
{
    /// <summary>The actor of automatic rebuilds.</summary>
    public const string Name = "platform";

    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(2), PauseAfterFailure = TimeSpan.FromHours(1);

    private readonly string _schema = store.Options.DatabaseSchemaName;
    private readonly IReadOnlyDictionary<string, ReadModel> _models = rebuild.Models;

    /// <summary>Lists the read models that were written by other versions of the code than that of this replica.</summary>
    public async Task<IReadOnlyList<OutdatedReadModel>> Outdated(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var built = await connection.Rows(
            $"select name, built_by from {_schema}.read_model_versions order by name", r => (Name: r.GetString(0), By: r.GetString(1)), ct);
        return [.. built.Where(b => _models.TryGetValue(b.Name, out var model) && b.By != Text(model))
            .Select(b => new OutdatedReadModel(b.Name, b.By, _models[b.Name].Version))];
    }

    /// <inheritdoc />
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await Lock(connection, _schema, cancellationToken);
        var known = await connection.Value($"select 1 from {_schema}.read_model_versions limit 1", cancellationToken) is not null;
        var past = await connection.Value($"select 1 from {_schema}.mt_events limit 1", cancellationToken) is not null;
        foreach (var model in _models.Values)
            await connection.Run(
                // A new read model has no rows for past events, which is recorded as version 0. Releases that recorded no versions
                // ran version 1 of every read model.
                $"""
                insert into {_schema}.read_model_versions as v (name, built_by) values ($1, $3)
                on conflict (name) do update set built_by = v.built_by || ', ' || $2
                where not $2 = any(string_to_array(v.built_by, ', '))
                """, cancellationToken, model.Name, Text(model), !past ? Text(model) : known ? "0" : "1");
        await transaction.CommitAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        setting.IsAutomatic
            ? PeriodicWork.Repeat(CheckEvery, clock, RequestRebuild, e => NotRequested(log, e), stoppingToken, atOnce: false)
            : Task.CompletedTask;

    private async Task RequestRebuild(CancellationToken ct)
    {
        var outdated = await Outdated(ct);
        if (outdated.Count == 0 || await replicas.Differences(ct) is not null) return;
        foreach (var model in outdated)
        {
            var target = RebuildReadModel.Prefix + model.Name;
            await using var requestLock = await locks.Acquire(ReplayRunner.LockName($"request:{target}", store), ct);
            if (requestLock is null) continue;
            await using var session = store.QuerySession();
            var last = await session.Query<Replay>().Where(r => r.Target == target).OrderByDescending(r => r.RequestedAt)
                .FirstOrDefaultAsync(ct);
            if (last is { Active: true }) continue;
            if (last is { Status: not ReplayStatus.Completed } && clock.GetUtcNow() - last.RequestedAt < PauseAfterFailure) continue;
            var reason = $"Version {model.Version} of its code is running, but its rows were written by version {model.BuiltBy}.";
            var wanted = new ReplayRequested(target, ReplayMode.Apply, new ReplayScope(), null, reason, Name, clock.GetUtcNow());
            var stream = Replay.Stream(Guid.CreateVersion7(clock.GetUtcNow()));
            await new Decider(store, group, new Actor { Name = Name }).Decide<Replay>(stream, replay => Replay.Request(replay, wanted), ct);
            Requested(log, model.Name, model.BuiltBy, model.Version);
        }
    }

    /// <summary>
    /// Until the transaction ends, no replica with other code can start: a replica announces itself first and then waits for this lock.
    /// </summary>
    internal static Task Lock(NpgsqlConnection connection, string schema, CancellationToken ct) =>
        connection.Run($"lock table {schema}.read_model_versions in exclusive mode", ct);

    /// <summary>Records that all rows were built by this replica's code. It must be called in the transaction of the swap.</summary>
    internal static Task Built(NpgsqlConnection connection, string schema, ReadModel model, CancellationToken ct) => connection.Run(
        $"""
        insert into {schema}.read_model_versions (name, built_by) values ($1, $2)
        on conflict (name) do update set built_by = excluded.built_by
        """,
        ct,
        model.Name,
        Text(model));

    private static string Text(ReadModel model) => model.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "A rebuild of the read model {Name} was requested: its rows were written by version {BuiltBy} of its code, but version "
            + "{Version} is running.")]
    private static partial void Requested(ILogger log, string name, string builtBy, int version);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not check for outdated read models. The check will be repeated.")]
    private static partial void NotRequested(ILogger log, Exception e);
}

/// <summary>Whether outdated read models are rebuilt automatically.</summary>
public sealed record RebuildingOutdated(bool IsAutomatic);
