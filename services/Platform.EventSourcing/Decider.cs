using System.Diagnostics;
using JasperFx;
using JasperFx.Events;
using Marten;
using Npgsql;

namespace Platform.EventSourcing;

/// <summary>State folded from one stream. Marten, the decider and the test kit all fold with this one method.</summary>
public interface IState<out TSelf>
{
    /// <summary>The state after <paramref name="event"/>; an event it does not know leaves it as it is.</summary>
    TSelf Evolve(object @event);
}

/// <summary>The state forbids it: the caller gets 409 and nothing is stored.</summary>
public class Rejected(string reason) : Exception(reason);

/// <summary>
/// The stream was changed by others each time the command was tried, for as long as it may take: 503, with nothing stored. No business
/// refusal: consumers retry the message, and callers repeat the request.
/// </summary>
public sealed class Contention(string what)
    : Exception(
        $"Too many others change {what} at this moment. Nothing was stored. "
        + "Repeat the request under the same id or Idempotency-Key.");

/// <summary>There is no such thing: the caller gets 404.</summary>
public sealed class NotFound(string what) : Exception(what);

/// <summary>It is somebody else's: 403.</summary>
public sealed class Forbidden(string why) : Exception(why);

/// <summary>The caller saw another version than the stream has: 412.</summary>
public sealed class Stale(string what) : Exception($"{what} Read it again, then repeat your change on that version.")
{
    /// <summary>This version was sent, and that one is there.</summary>
    public Stale(long expected, long actual) : this($"You sent If-Match \"{expected}\" but the current version is \"{actual}\".")
    {
    }
}

/// <summary>The thing exists and the caller did not say which version they saw: 428.</summary>
public sealed class VersionRequired(long actual)
    : Exception(
        $"It exists already, at version \"{actual}\". Send If-Match with the version (ETag) you have seen, or If-Match: * to overwrite "
        + "whatever is there.");

/// <summary>Which version of the stream the caller has seen.</summary>
public readonly record struct Expected
{
    private enum Kind { Any, Exactly, Nothing, Fresh }
    private readonly Kind _kind;
    private readonly long _version;
    private Expected(Kind kind, long version) => (_kind, _version) = (kind, version);

    /// <summary>Whatever is there; a lost race is decided again.</summary>
    public static Expected Any => new(Kind.Any, 0);
    /// <summary>This very version.</summary>
    public static Expected Exactly(long version) => new(Kind.Exactly, version);
    /// <summary>Nothing was seen: good for creation, and for repeating it.</summary>
    public static Expected Nothing => new(Kind.Nothing, 0);

    /// <summary>Nothing can be there: the id was made just now. Saves the reading.</summary>
    public static Expected Fresh => new(Kind.Fresh, 0);

    internal bool IsFresh => _kind == Kind.Fresh;

    internal void Check(long actual, bool changes)
    {
        if (_kind == Kind.Exactly && actual != _version) throw new Stale(_version, actual);
        if (_kind == Kind.Nothing && actual > 0 && changes) throw new VersionRequired(actual);
    }
}

/// <summary>What a decision came to: the version the stream has now, and whether anything was stored.</summary>
public readonly record struct Decision(long Version, bool Changed);

/// <summary>Who acts, for the event's metadata: a signed-in subject, a consumer, or "anonymous". Never personal data.</summary>
public sealed class Actor
{
    /// <summary>The name stored with each event.</summary>
    public string Name { get; set; } = "anonymous";
}

/// <summary>
/// Loads a stream, decides, and stores events and inline read models in one transaction, which holds the lock of the stream's row from the
/// first read on. Every writer takes that lock before it inserts events: one that inserted first would wait for the row while the holder
/// of the row waits for the inserted version, a deadlock that PostgreSQL needs a second to resolve.
/// </summary>
public sealed class Decider(IDocumentStore store, GroupCommit group, Actor actor)
{
    /// <summary>For so long a command is decided again if others change its stream at the same moment.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Appends what <paramref name="decide"/> yields. Deciding nothing stores nothing. After a lost race the command is decided again on
    /// the new state, so that a race is never the caller's problem.
    /// </summary>
    public Task<Decision> Decide<T>(string stream, Expected expected, Func<T?, IEnumerable<object>> decide, CancellationToken ct)
        where T : class, IState<T> => Decide(stream, expected, decide, beside: null, ct);

    /// <summary>
    /// As above; <paramref name="beside"/> is told the state before and after, and decides on other streams in the same transaction
    /// (<see cref="Together.Beside"/>): what must hold together is stored together or not at all.
    /// </summary>
    public async Task<Decision> Decide<T>(
        string stream,
        Expected expected,
        Func<T?, IEnumerable<object>> decide,
        Func<IDocumentSession, T?, T, CancellationToken, Task>? beside,
        CancellationToken ct)
        where T : class, IState<T>
    {
        if (beside is null && await group.Decide(stream, expected, decide, actor.Name, Activity.Current?.Id, ct) is { } stored)
            return stored;
        var began = group.Clock.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            if (await Try(stream, expected, decide, beside, ct) is { } decision) return decision;
            if (group.Clock.GetElapsedTime(began) > Patience) throw new Contention(stream);
            await Races.BackOff(attempt, group.Clock, ct);
        }
    }

    /// <summary>Null after a lost race. If the caller named an exact version that is no longer there, the next attempt says so.</summary>
    private async Task<Decision?> Try<T>(
        string stream,
        Expected expected,
        Func<T?, IEnumerable<object>> decide,
        Func<IDocumentSession, T?, T, CancellationToken, Task>? beside,
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
            if (Races.WasBegunMeanwhile(version, events.Aggregate)) return null;
            var decided = decide(events.Aggregate).ToArray();
            expected.Check(version, decided.Length > 0);
            if (decided.Length == 0) return new Decision(version, false);
            events.AppendMany(decided);
            if (beside is not null) await beside(session, events.Aggregate, Together.Fold(events.Aggregate, decided), ct);
            await session.SaveChangesAsync(ct);
            return new Decision(version + decided.Length, true);
        }
        catch (Exception e) when (Races.WasLost(e) || Connections.WasUnusable(e))
        {
            return null;
        }
    }

    /// <summary>As above, for whoever saw no version: consumers, and commands that hold on any version.</summary>
    public Task<Decision> Decide<T>(string stream, Func<T?, IEnumerable<object>> decide, CancellationToken ct) where T : class, IState<T> =>
        Decide(stream, Expected.Any, decide, ct);
}

/// <summary>Several streams in one transaction.</summary>
public static class Together
{
    /// <summary>Decides on a further stream in the transaction of <paramref name="session"/>; after a lost race on it the first is decided
    /// again, too.</summary>
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

/// <summary>Lost races: another transaction changed a stream between reading and writing it.</summary>
internal static class Races
{
    private const double ShortestPause = 2, LongestPause = 250;

    /// <summary>
    /// Whether this is one. If two transactions begin the same stream, the second one meets its primary key: Marten and JasperFx each have
    /// a name for that.
    /// </summary>
    public static bool WasLost(Exception e) =>
        e is ConcurrencyException or ExistingStreamIdCollisionException or Marten.Exceptions.ExistingStreamIdCollisionException
        || e.GetBaseException() is PostgresException
        {
            SqlState: PostgresErrorCodes.UniqueViolation,
            TableName: "mt_streams" or "mt_events"
        } or PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };

    /// <summary>
    /// Whether another transaction began the stream while this one read it. A stream that exists is locked before its state is read; one
    /// that does not exist has no row to lock, so its state, which is read second, may be newer than its version.
    /// </summary>
    public static bool WasBegunMeanwhile(long version, object? state) => version == 0 && state is not null;

    /// <summary>Waits for a random time that grows with the attempts, so that those who collided do not collide again.</summary>
    public static Task BackOff(int attempt, TimeProvider clock, CancellationToken ct)
    {
        var longest = Math.Min(ShortestPause * Math.Pow(2, Math.Min(attempt, 10)), LongestPause);
        return Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * longest), clock, ct);
    }
}
