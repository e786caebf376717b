using Microsoft.Extensions.Logging;
using Npgsql;

namespace Platform.EventSourcing;

/// <summary>
/// Opens the sessions of <see cref="SessionLock"/>: connections that no pool shares, which the server ends when they fall silent.
/// </summary>
public sealed class LockSessions : IAsyncDisposable
{
    /// <summary>
    /// After so long without a statement PostgreSQL ends the session, and with it the lock: a frozen or lost process is replaced.
    /// </summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(100);

    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _clock;
    private readonly ILogger<SessionLock> _log;

    /// <param name="database">Connects with the settings of <see cref="Configure"/>.</param>
    /// <param name="clock">For the pauses between heartbeats.</param>
    /// <param name="log">Lost locks are logged.</param>
    public LockSessions(NpgsqlDataSource database, TimeProvider clock, ILogger<SessionLock> log) =>
        (_database, _clock, _log) = (database, clock, log);

    /// <summary>Outside the pool, and ended by the server when it falls silent.</summary>
    public static void Configure(NpgsqlConnectionStringBuilder settings)
    {
        var silence = $"{Silence.TotalMilliseconds:0}";
        settings.Pooling = false;
        settings.CommandTimeout = 3;
        settings.Options = $"{settings.Options} -c idle_session_timeout={silence} -c idle_in_transaction_session_timeout={silence} "
            + $"-c tcp_user_timeout={silence}";
    }

    /// <summary>A session without a lock yet; it lives until it is disposed of, or falls silent.</summary>
    public async Task<SessionLock> Open(CancellationToken ct) => new(await _database.OpenConnectionAsync(ct), _clock, _log);

    /// <summary>
    /// The lock, or null if another session still has it after <paramref name="patience"/>; without one it is tried once. PostgreSQL knows
    /// advisory locks by number: the name's <c>hashtext</c>.
    /// </summary>
    public async Task<SessionLock?> Acquire(string name, CancellationToken ct, TimeSpan patience = default)
    {
        var began = _clock.GetTimestamp();
        var session = await Open(ct);
        try
        {
            while (!await session.TryLock(name, ct))
            {
                if (_clock.GetElapsedTime(began) >= patience)
                {
                    await session.DisposeAsync();
                    return null;
                }
                await Task.Delay(Again, _clock, ct);
            }
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _database.DisposeAsync();
}

/// <summary>
/// A database session that holds an advisory lock: at most one process works while it lasts. Work whose effect must not outlive the lock is
/// written on this very session (<see cref="Run"/>): once the server has ended the session, nothing can be written on it any more.
/// </summary>
public sealed partial class SessionLock : IAsyncDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private readonly NpgsqlConnection _connection;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private readonly CancellationTokenSource _lost = new(), _disposed = new();
    private readonly Task _beating;

    internal SessionLock(NpgsqlConnection connection, TimeProvider clock, ILogger log)
    {
        (_connection, _clock, _log) = (connection, clock, log);
        _beating = KeepAlive();
    }

    /// <summary>Cancelled when the session, and the lock with it, is no longer there.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Whether this session has the lock now.</summary>
    public Task<bool> TryLock(long key, CancellationToken ct) => TryLock("$1::bigint", key, ct);

    internal Task<bool> TryLock(string name, CancellationToken ct) => TryLock("hashtext($1)", name, ct);

    private Task<bool> TryLock(string number, object argument, CancellationToken ct) => Run(async connection =>
    {
        await using var command = new NpgsqlCommand($"select pg_try_advisory_lock({number})", connection);
        command.Parameters.Add(new() { Value = argument });
        return await command.ExecuteScalarAsync(ct) is true;
    }, ct);

    /// <summary>
    /// Uses the session's connection, one caller at a time. The server ends a session that is idle in a transaction, too.
    /// </summary>
    public async Task<T> Run<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken ct)
    {
        await _oneAtATime.WaitAsync(ct);
        try
        {
            return await work(_connection);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Ends with an exception if the session, and the lock with it, is no longer there.</summary>
    public Task Check(CancellationToken ct) => Run(async connection =>
    {
        await using var command = new NpgsqlCommand("select 1", connection);
        return await command.ExecuteScalarAsync(ct);
    }, ct);

    private async Task KeepAlive()
    {
        try
        {
            while (true)
            {
                await Task.Delay(Beat, _clock, _disposed.Token);
                await Check(_disposed.Token);
            }
        }
        catch (OperationCanceledException) when (_disposed.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            SessionLost(_log, e);
        }
        await _lost.CancelAsync();
    }

    /// <summary>Ends the session, which releases the lock.</summary>
    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync();
        await _beating;
        await _connection.DisposeAsync();
        _oneAtATime.Dispose();
        _lost.Dispose();
        _disposed.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database session that holds a lock is gone; another replica takes over.")]
    private static partial void SessionLost(ILogger log, Exception e);
}
