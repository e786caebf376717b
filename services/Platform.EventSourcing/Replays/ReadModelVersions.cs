using Marten;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Platform.EventSourcing.Replays;

/// <summary>
/// The version of the code of a read model, 1 without this attribute. Raise it when the code gives another result for the same events; a
/// test notices that (tests/Contracts/readmodels). Stands on a snapshot's state, or on the projection.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ReadModelVersionAttribute(int version) : Attribute
{
    /// <summary>The number.</summary>
    public int Version => version;
}

/// <summary>
/// A read model whose rows were not written by this replica's code alone, but by the versions <paramref name="BuiltBy"/>.
/// </summary>
public sealed record OutdatedReadModel(string Name, string BuiltBy, int Version);

/// <summary>
/// Remembers which code wrote each read model. One that other code wrote is outdated, and is rebuilt beside the live one as soon as all
/// replicas run the same version; the setting <c>Replays:RebuildOutdated</c> = false leaves that to an admin.
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
    /// <summary>Who asks for a rebuild that nobody asked for.</summary>
    public const string Name = "platform";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2), AfterFailure = TimeSpan.FromHours(1);

    private readonly string _schema = store.Options.DatabaseSchemaName;
    private readonly IReadOnlyDictionary<string, ReadModel> _models = rebuild.Models;

    /// <summary>Those that were written by other code than this replica's, too.</summary>
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
                // A read model that is new here has no rows of the past. Releases that did not say so ran version 1 of all.
                $"""
                insert into {_schema}.read_model_versions as v (name, built_by) values ($1, $3)
                on conflict (name) do update set built_by = v.built_by || ', ' || $2
                where not $2 = any(string_to_array(v.built_by, ', '))
                """, cancellationToken, model.Name, Text(model), !past ? Text(model) : known ? "0" : "1");
        await transaction.CommitAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!setting.Automatically) return;
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                try
                {
                    await RequestRebuild(stoppingToken);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    NotRequested(log, e);
                }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private async Task RequestRebuild(CancellationToken ct)
    {
        var outdated = await Outdated(ct);
        if (outdated.Count == 0 || await replicas.Differences(ct) is not null) return;
        foreach (var model in outdated)
        {
            var target = RebuildReadModel.Prefix + model.Name;
            await using var alone = await locks.Acquire(ReplayRunner.LockName($"request:{target}", store), ct);
            if (alone is null) continue;
            await using var session = store.QuerySession();
            var last = await session.Query<Replay>().Where(r => r.Target == target).OrderByDescending(r => r.RequestedAt)
                .FirstOrDefaultAsync(ct);
            if (last is { Active: true }) continue;
            if (last is { Status: not ReplayStatus.Completed } && clock.GetUtcNow() - last.RequestedAt < AfterFailure) continue;
            var reason = $"Version {model.Version} of its code runs; its rows were written by {model.BuiltBy}.";
            var wanted = new ReplayRequested(target, ReplayMode.Apply, new ReplayScope(), null, reason, Name, clock.GetUtcNow());
            var stream = Replay.Stream(Guid.CreateVersion7(clock.GetUtcNow()));
            await new Decider(store, group, new Actor { Name = Name }).Decide<Replay>(stream, replay => Replay.Request(replay, wanted), ct);
            Requested(log, model.Name, model.BuiltBy, model.Version);
        }
    }

    /// <summary>Until the transaction ends no replica starts that runs other code: it announces itself first, then it waits here.</summary>
    internal static Task Lock(NpgsqlConnection connection, string schema, CancellationToken ct) =>
        connection.Run($"lock table {schema}.read_model_versions in exclusive mode", ct);

    /// <summary>In the transaction that puts rows which this replica built in the place of all others.</summary>
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
        Message = "The read model {Name} is rebuilt: its rows were written by version {BuiltBy} of its code, and {Version} runs.")]
    private static partial void Requested(ILogger log, string name, string builtBy, int version);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Outdated read models could not be looked for; trying again.")]
    private static partial void NotRequested(ILogger log, Exception e);
}

/// <summary>Whether outdated read models are rebuilt without being asked for.</summary>
public sealed record RebuildingOutdated(bool Automatically);
