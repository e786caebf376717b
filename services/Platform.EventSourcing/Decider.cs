using System.Diagnostics;
using JasperFx;
using JasperFx.Events;
using Marten;
using Npgsql;

namespace Platform.EventSourcing;

/// <summary>A state that is folded from one stream. Marten, the decider and the test kit all fold with this one method.</summary>
public interface IState<out TSelf>
{
    /// <summary>Returns the state after <paramref name="event"/>, or this same object if it does not know the type of the event.</summary>
    TSelf Evolve(object @event);
}

/// <summary>The command is not allowed in the current state. The caller gets 409, and nothing is stored.</summary>
public class Rejected(string reason) : Exception(reason);

/// <summary>
/// Every attempt at a command lost a race against other writers, until its time limit was reached. The caller gets 503, and nothing is
/// stored. This is not a business rejection: consumers retry the message, and clients repeat the request.
/// </summary>
public sealed class Contention(string what)
    : Exception(
        $"Too many others change {what} at this moment. Nothing was stored. "
        + "Repeat the request under the same id or Idempotency-Key.");

/// <summary>The requested resource does not exist. The caller gets 404.</summary>
public sealed class NotFound(string what) : Exception(what);

/// <summary>The resource belongs to somebody else. The caller gets 403.</summary>
public sealed class Forbidden(string why) : Exception(why);

/// <summary>The caller's version of the resource is stale. The caller gets 412.</summary>
public sealed class Stale(string what) : Exception($"{what} Read it again, then repeat your change on that version.")
{
    /// <summary>Names the version that was sent and the current version.</summary>
    public Stale(long expected, long actual) : this($"You sent If-Match \"{expected}\" but the current version is \"{actual}\".")
    {
    }
}

/// <summary>The resource exists, and the caller did not send the version that they have seen. The caller gets 428.</summary>
public sealed class VersionRequired(long actual)
    : Exception(
        $"It exists already, at version \"{actual}\". Send If-Match with the version (ETag) you have seen, or If-Match: * to overwrite "
        + "whatever is there.");

/// <summary>The version of the stream that the caller expects.</summary>
public readonly record struct Expected
{
    private enum Kind { Any, Exactly, Nothing, Fresh }
    private readonly Kind _kind;
    private readonly long _version;
    private Expected(Kind kind, long version) => (_kind, _version) = (kind, version);

    /// <summary>Any version. After a lost race the command is decided again.</summary>
    public static Expected Any => new(Kind.Any, 0);
    /// <summary>Exactly this version.</summary>
    public static Expected Exactly(long version) => new(Kind.Exactly, version);
    /// <summary>
    /// The caller sent no version. The command may create the stream, or repeat its creation without changing anything.
    /// </summary>
    public static Expected Nothing => new(Kind.Nothing, 0);

    /// <summary>The stream cannot exist, because its id was just generated. This saves reading it.</summary>
    public static Expected Fresh => new(Kind.Fresh, 0);

    internal bool IsFresh => _kind == Kind.Fresh;

    internal void Check(long actual, bool changes)
    {
        if (_kind == Kind.Exactly && actual != _version) throw new Stale(_version, actual);
        if (_kind == Kind.Nothing && actual > 0 && changes) throw new VersionRequired(actual);
    }
}

/// <summary>The outcome of a command: the current version of the stream, and whether anything was stored.</summary>
public readonly record struct Decision(long Version, bool Changed);

/// <summary>
/// The author of new events, stored in their metadata: a signed-in subject, a consumer, or "anonymous". Never personal data.
/// </summary>
public sealed class Actor
{
    /// <summary>The name that is stored with each event.</summary>
    public string Name { get; set; } = "anonymous";
}

/// <summary>
/// Loads a stream, decides, and stores events and inline read models in one transaction, which locks the row of the stream from its first
/// read on. Every writer must take that lock before it inserts events. A writer that inserted first would wait for the row while the holder
/// of the row waits for the inserted version, and PostgreSQL needs a second to resolve such a deadlock.
/// </summary>
public sealed class Decider(IDocumentStore store, GroupCommit group, Actor actor)
{
    /// <summary>How long a command is retried while other writers keep changing its stream.</summary>
    private static readonly TimeSpan RetryLimit = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Appends the events that <paramref name="decide"/> returns, and stores nothing if it returns none. After a lost race the command is
    /// decided again on the new state, so callers need not handle races.
    /// </summary>
    public Task<Decision> Decide<T>(string stream, Expected expected, Func<T?, IEnumerable<object>> decide, CancellationToken ct)
        where T : class, IState<T> => Decide(stream, expected, decide, alongside: null, ct);

    /// <summary>
    /// Like the overload above. In addition, <paramref name="alongside"/> receives the state before and after, and can decide on other
    /// streams in the same transaction (<see cref="Together.Beside"/>), so that all changes are stored together or not at all.
    /// </summary>
    public async Task<Decision> Decide<T>(
        string stream,
        Expected expected,
        Func<T?, IEnumerable<object>> decide,
        Func<IDocumentSession, T?, T, CancellationToken, Task>? alongside,
        CancellationToken ct)
        where T : class, IState<T>
    {
        if (alongside is null && await group.Decide(stream, expected, decide, actor.Name, Activity.Current?.Id, ct) is { } stored)
            return stored;
        var began = group.Clock.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            if (await Try(stream, expected, decide, alongside, ct) is { } decision) return decision;
            if (group.Clock.GetElapsedTime(began) > RetryLimit) throw new Contention(stream);
            await Races.BackOff(attempt, group.Clock, ct);
        }
    }

    /// <summary>
    /// Returns null after a lost race. If the caller expects an exact version that is no longer current, the next attempt throws.
    /// </summary>
    private async Task<Decision?> Try<T>(
        string stream,
        Expected expected,
        Func<T?, IEnumerable<object>> decide,
        Func<IDocumentSession, T?, T, CancellationToken, Task>? alongside,
        CancellationToken ct)
        where T : class, IState<T>
    {
        await using var session = store.LightweightSession();
        session.LastModifiedBy = actor.Name;
        session.CorrelationId = Activity.Current?.Id;
        try
        {
            var events = await session.Events.FetchForExclusiveWriting<T>(stream, ct);
            var version = events.CurrentVersion ?? 0;
            if (Races.WasStartedConcurrently(version, events.Aggregate)) return null;
            var decided = decide(events.Aggregate).ToArray();
            expected.Check(version, decided.Length > 0);
            if (decided.Length == 0) return new Decision(version, false);
            events.AppendMany(decided);
            if (alongside is not null) await alongside(session, events.Aggregate, Together.Fold(events.Aggregate, decided), ct);
            await session.SaveChangesAsync(ct);
            return new Decision(version + decided.Length, true);
        }
        catch (Exception e) when (Races.WasLost(e) || Connections.WasUnusable(e))
        {
            return null;
        }
    }

    /// <summary>Decides on any version, for consumers and for commands that do not depend on a version.</summary>
    public Task<Decision> Decide<T>(string stream, Func<T?, IEnumerable<object>> decide, CancellationToken ct) where T : class, IState<T> =>
        Decide(stream, Expected.Any, decide, ct);
}

/// <summary>Decisions on several streams in one transaction.</summary>
public static class Together
{
    /// <summary>
    /// Decides on another stream in the transaction of <paramref name="session"/>. After a lost race on either stream, both decisions are
    /// repeated.
    /// </summary>
    public static async Task Beside<T>(
        this IDocumentSession session, string stream, Func<T?, IEnumerable<object>> decide, CancellationToken ct) where T : class, IState<T>
    {
        var events = await session.Events.FetchForExclusiveWriting<T>(stream, ct);
        var decided = decide(events.Aggregate).ToArray();
        if (decided.Length > 0) events.AppendMany(decided);
    }

    internal static T Fold<T>(T? state, IReadOnlyList<object> events) where T : class, IState<T>
    {
        var start = state ?? Activator.CreateInstance<T>();
        return events.Aggregate(start, (s, e) => s.Evolve(e));
    }
}

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
