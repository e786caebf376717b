using JasperFx;
using JasperFx.Events;
using Npgsql;
using Platform.Postgres;
using Platform.Web;

namespace Platform.EventSourcing;

/// <summary>Handles lost races, in which another transaction changed a stream after this one had read it.</summary>
internal static class Races
{
    private const double MinPauseMs = 2, MaxPauseMs = 250;

    /// <summary>How long a transaction is repeated while other writers keep changing its streams.</summary>
    private static readonly TimeSpan RetryLimit = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Runs a transaction on <paramref name="what"/>, and repeats it after a lost race or on an unusable connection. Throws
    /// <see cref="Contention"/> when the limit of time or attempts is reached.
    /// </summary>
    public static async Task<T> Retry<T>(
        string what,
        Func<Task<T>> transaction,
        TimeProvider clock,
        CancellationToken ct,
        int maxAttempts = int.MaxValue)
    {
        var began = clock.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await transaction();
            }
            catch (Exception e) when (WasLost(e) || Connections.WasUnusable(e))
            {
                if (attempt >= maxAttempts || clock.GetElapsedTime(began) > RetryLimit) throw new Contention(what);
            }
            await BackOff(attempt, clock, ct);
        }
    }

    /// <summary>
    /// Throws if another transaction started the stream while this one was reading it. An existing stream is locked before its state is
    /// read. A stream that does not exist has no row to lock, so its state, which is read second, may be newer than its version.
    /// </summary>
    public static void ThrowIfStartedConcurrently<T>(string stream, long version, T? state) where T : class
    {
        if (version == 0 && state is not null) throw new ConcurrencyException(typeof(T), stream);
    }

    /// <summary>
    /// Whether the exception reports a lost race. If two transactions start the same stream, the second one violates its primary key, for
    /// which Marten and JasperFx each have an exception of their own.
    /// </summary>
    private static bool WasLost(Exception e) =>
        e is ConcurrencyException or ExistingStreamIdCollisionException or Marten.Exceptions.ExistingStreamIdCollisionException
        || e.GetBaseException() is PostgresException
        {
            SqlState: PostgresErrorCodes.UniqueViolation,
            TableName: "mt_streams" or "mt_events"
        } or PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };

    /// <summary>Waits for a random time that grows with the number of attempts, so that competing writers do not collide again.</summary>
    private static Task BackOff(int attempt, TimeProvider clock, CancellationToken ct)
    {
        var limit = Math.Min(MinPauseMs * Math.Pow(2, Math.Min(attempt, 10)), MaxPauseMs);
        return Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * limit), clock, ct);
    }
}
