using JasperFx;
using JasperFx.Events;
using Npgsql;

namespace Platform.EventSourcing;

/// <summary>Recognises lost races, in which another transaction changed a stream after this one had read it.</summary>
internal static class Races
{
    private const double MinPauseMs = 2, MaxPauseMs = 250;

    /// <summary>
    /// Whether the exception reports a lost race. If two transactions start the same stream, the second one violates its primary key, for
    /// which Marten and JasperFx each have an exception of their own.
    /// </summary>
    public static bool WasLost(Exception e) =>
        e is ConcurrencyException or ExistingStreamIdCollisionException or Marten.Exceptions.ExistingStreamIdCollisionException
        || e.GetBaseException() is PostgresException
        {
            SqlState: PostgresErrorCodes.UniqueViolation,
            TableName: "mt_streams" or "mt_events"
        } or PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };

    /// <summary>
    /// Whether another transaction started the stream while this one was reading it. An existing stream is locked before its state is read.
    /// A stream that does not exist has no row to lock, so its state, which is read second, may be newer than its version.
    /// </summary>
    public static bool WasStartedConcurrently(long version, object? state) => version == 0 && state is not null;

    /// <summary>Waits for a random time that grows with the number of attempts, so that competing writers do not collide again.</summary>
    public static Task BackOff(int attempt, TimeProvider clock, CancellationToken ct)
    {
        var limit = Math.Min(MinPauseMs * Math.Pow(2, Math.Min(attempt, 10)), MaxPauseMs);
        return Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * limit), clock, ct);
    }
}
