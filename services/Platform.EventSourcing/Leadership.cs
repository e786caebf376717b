using System.Data;
using JasperFx.Events.Daemon;
using Marten;
using Marten.Events.Daemon.Coordination;
using Marten.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;
using Polly;

namespace Platform.EventSourcing;

/// <summary>
/// Which replica runs the relay: Marten's coordinator with a lock of ours. Marten's is held by an open transaction, whose snapshot keeps the
/// whole database from being vacuumed (docs/decisions/0017).
/// </summary>
public sealed class Leadership(IDocumentStore store, NpgsqlDataSource database, TimeProvider clock, ILoggerFactory logs)
    : ProjectionCoordinatorBase(Distributor((DocumentStore)store, database), logs.CreateLogger(Category), ResiliencePipeline.Empty, clock, Interval, PauseAfterFailure, PauseAfterFailure)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2), PauseAfterFailure = TimeSpan.FromSeconds(1);

    // Its words are Marten's, one line for each page of events: as loud as Marten is set.
    private const string Category = "Marten.Daemon";

    private readonly Lock _lock = new();
    private IProjectionDaemon? _daemon;

    private static new SingleTenantProjectionDistributor Distributor(DocumentStore store, NpgsqlDataSource database)
    {
        var projections = store.Options.Projections;
        return new(() => (IProjectionDatabase)store.Storage.Database, () => projections.AllShards().Select(s => s.Name), _ => new LeaderLock(database),
            (on, names, id) => new ProjectionSet(id, (MartenDatabase)on, names), store.Options.Events.DatabaseSchemaName, projections.DaemonLockId);
    }

    /// <summary>The number of the lock that the replica that runs the relay holds.</summary>
    internal static long LockOf(IDocumentStore store)
    {
        var options = ((DocumentStore)store).Options;
        var relay = options.Projections.AllShards().Single(s => s.Name.Name == Relay.Shard).Name;
        return ProjectionLockIds.Compute(options.Events.DatabaseSchemaName, relay, options.Projections.DaemonLockId);
    }

    /// <inheritdoc />
    public override IProjectionDaemon DaemonForMainDatabase()
    {
        // There is one database, which is known: this waits for nothing.
        lock (_lock) return _daemon ??= store.BuildProjectionDaemonAsync(logger: logs.CreateLogger(Category)).AsTask().GetAwaiter().GetResult();
    }

    /// <inheritdoc />
    public override ValueTask<IProjectionDaemon> DaemonForDatabase(string databaseIdentifier) => new(DaemonForMainDatabase());

    /// <inheritdoc />
    public override ValueTask<IReadOnlyList<IProjectionDaemon>> AllDaemonsAsync() => new([DaemonForMainDatabase()]);

    /// <inheritdoc />
    protected override IProjectionDaemon ResolveDaemon(IProjectionSet set) => DaemonForMainDatabase();

    /// <inheritdoc />
    protected override IReadOnlyList<IProjectionDaemon> ResolvedDaemons()
    {
        lock (_lock) return _daemon is null ? [] : [_daemon];
    }

    /// <inheritdoc />
    protected override void ClearResolvedDaemons()
    {
        lock (_lock) _daemon = null;
    }
}

/// <summary>A lock of a database session in no transaction: it holds while the connection does, and is asked each time whether that is so.</summary>
internal sealed class LeaderLock(NpgsqlDataSource database) : IAdvisoryLock
{
    private readonly HashSet<int> _held = [];
    private NpgsqlConnection? _connection;

    /// <inheritdoc />
    public bool HasLock(int lockId)
    {
        if (!_held.Contains(lockId)) return false;
        try
        {
            using var alive = Command("select 1");
            alive.ExecuteScalar();
            return true;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException)
        {
            Forget();
            return false;
        }
    }

    /// <inheritdoc />
    public async Task<bool> TryAttainLockAsync(int lockId, CancellationToken token)
    {
        if (_connection is not { State: ConnectionState.Open })
        {
            Forget();
            _connection = await database.OpenConnectionAsync(token);
        }
        await using var attain = Command("select pg_try_advisory_lock(@id)", lockId);
        if (!(bool)(await attain.ExecuteScalarAsync(token))!) return false;
        _held.Add(lockId);
        return true;
    }

    /// <inheritdoc />
    public async Task ReleaseLockAsync(int lockId)
    {
        if (!_held.Remove(lockId)) return;
        await using var release = Command("select pg_advisory_unlock(@id)", lockId);
        await release.ExecuteScalarAsync();
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        Forget();
        return ValueTask.CompletedTask;
    }

    private NpgsqlCommand Command(string text, int? lockId = null)
    {
        var command = new NpgsqlCommand(text, _connection) { CommandTimeout = 2 };
        if (lockId is { } id) command.Parameters.AddWithValue("id", (long)id);
        return command;
    }

    private void Forget()
    {
        _held.Clear();
        if (_connection is null) return;
        // A connection that went back to its pool would keep the lock.
        NpgsqlConnection.ClearPool(_connection);
        _connection.Dispose();
        _connection = null;
    }
}
