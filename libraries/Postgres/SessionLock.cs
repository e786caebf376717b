using Microsoft.Extensions.Logging;
using Npgsql;

namespace Platform.Postgres;

/// <summary>
/// Opens the sessions of <see cref="SessionLock"/>: connections outside the pool, which the server ends if they are silent for too long.
/// The data source must have the settings of <see cref="Configure"/>.
/// </summary>
public sealed class LockSessions(NpgsqlDataSource database, TimeProvider clock, ILogger<SessionLock> log) : IAsyncDisposable
{
    /// <summary>
    /// After this time without a statement PostgreSQL ends the session and releases its lock, so that a frozen or lost process is replaced.
    /// </summary>
    public static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LockAttemptInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Disables the pool, and sets the timeouts after which the server ends a silent session.</summary>
    public static void Configure(NpgsqlConnectionStringBuilder settings)
    {
        var limit = $"{IdleLimit.TotalMilliseconds:0}";
        settings.Pooling = false;
        settings.CommandTimeout = 3;
        settings.Options = $"{settings.Options} -c idle_session_timeout={limit} -c idle_in_transaction_session_timeout={limit} "
            + $"-c tcp_user_timeout={limit}";
    }

    /// <summary>Opens a session that holds no lock yet. It lasts until it is disposed of or the server ends it.</summary>
    public async Task<SessionLock> Open(CancellationToken ct) => new(await database.OpenConnectionAsync(ct), clock, log);

    /// <summary>
    /// Acquires the advisory lock whose key is the <c>hashtext</c> of the name. Returns null if another session still holds it after
    /// <paramref name="timeout"/>; by default only one attempt is made.
    /// </summary>
    public async Task<SessionLock?> Acquire(string name, CancellationToken ct, TimeSpan timeout = default)
    {
        var began = clock.GetTimestamp();
        var session = await Open(ct);
        try
        {
            while (!await session.TryLock(name, ct))
            {
                if (clock.GetElapsedTime(began) >= timeout)
                {
                    await session.DisposeAsync();
                    return null;
                }
                await Task.Delay(LockAttemptInterval, clock, ct);
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
    public ValueTask DisposeAsync() => database.DisposeAsync();
}

/// <summary>
/// A database session that holds an advisory lock, so that only one process does the work that the lock protects. A write that must not
/// happen after the lock is lost must use this session (<see cref="Run"/>): when the server has ended the session, the write fails.
/// </summary>
public sealed partial class SessionLock : IAsyncDisposable
{
    /// <summary>The longest time without a statement. A session that is in use needs no heartbeat.</summary>
    internal static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(1);

    private readonly NpgsqlConnection _connection;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private readonly CancellationTokenSource _lost = new(), _disposed = new();
    private readonly Task _heartbeat;
    private long _usedAt;

    internal SessionLock(NpgsqlConnection connection, TimeProvider clock, ILogger log)
    {
        (_connection, _clock, _log, _usedAt) = (connection, clock, log, clock.GetTimestamp());
        _heartbeat = KeepAlive();
    }

    /// <summary>Cancelled when the session, and with it the lock, is lost.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Tries to acquire the lock, and returns whether this session now holds it.</summary>
    public Task<bool> TryLock(long key, CancellationToken ct) => TryLock("$1::bigint", key, ct);

    internal Task<bool> TryLock(string name, CancellationToken ct) => TryLock("hashtext($1)", name, ct);

    private Task<bool> TryLock(string number, object argument, CancellationToken ct) => Run(async connection =>
    {
        await using var command = new NpgsqlCommand($"select pg_try_advisory_lock({number})", connection);
        command.Parameters.Add(new() { Value = argument });
        return await command.ExecuteScalarAsync(ct) is true;
    }, ct);

    /// <summary>
    /// Runs work on the connection of the session, for one caller at a time. The server also ends a session that is idle in a transaction.
    /// </summary>
    public async Task<T> Run<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken ct)
    {
        await _oneAtATime.WaitAsync(ct);
        try
        {
            var result = await work(_connection);
            Volatile.Write(ref _usedAt, _clock.GetTimestamp());
            return result;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Throws if the session, and with it the lock, is lost.</summary>
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
                var pause = HeartbeatInterval - _clock.GetElapsedTime(Volatile.Read(ref _usedAt));
                if (pause.TotalMilliseconds >= 1) await Task.Delay(pause, _clock, _disposed.Token);
                else await Check(_disposed.Token);
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
        await _heartbeat;
        await _connection.DisposeAsync();
        _oneAtATime.Dispose();
        _lost.Dispose();
        _disposed.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A database session that holds a lock was lost. Another replica will take over.")]
    private static partial void SessionLost(ILogger log, Exception e);
}
