using System.Diagnostics;
using Marten;
using Platform.Web;

namespace Platform.EventSourcing;

/// <summary>A state that is folded from one stream. Marten, the decider and the test kit all fold with this one method.</summary>
public interface IState<out TSelf>
{
    /// <summary>The key of its stream.</summary>
    string Id { get; init; }

    /// <summary>Returns the state after <paramref name="event"/>, or this same object if it does not know the type of the event.</summary>
    TSelf Evolve(object @event);
}

/// <summary>Folds events.</summary>
public static class States
{
    /// <summary>The state of a stream after further events; null if it has none. Every state knows its stream, as in the store.</summary>
    public static T? Fold<T>(string stream, T? state, IEnumerable<object> events) where T : class, IState<T>, new() =>
        events.Aggregate(state, (s, e) => (s ?? new T { Id = stream }).Evolve(e));
}

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
    /// <summary>
    /// Appends the events that <paramref name="decide"/> returns, and stores nothing if it returns none. After a lost race the command is
    /// decided again on the new state, so callers need not handle races.
    /// </summary>
    public Task<Decision<T>> Decide<T>(string stream, Expected expected, Func<T?, IEnumerable<object>> decide, CancellationToken ct)
        where T : class, IState<T>, new() => Decide(stream, expected, decide, documents: [], ct);

    /// <summary>
    /// Like the overload above. The <paramref name="documents"/> are stored together with the events, or not at all. They contain what must
    /// not be part of an event, such as the address of a person.
    /// </summary>
    public async Task<Decision<T>> Decide<T>(
        string stream,
        Expected expected,
        Func<T?, IEnumerable<object>> decide,
        IReadOnlyList<Stored> documents,
        CancellationToken ct)
        where T : class, IState<T>, new() =>
        await group.Decide(stream, expected, decide, documents, actor.Name, Activity.Current?.Id, ct)
            ?? await Decide(
                stream,
                expected,
                decide,
                (session, _, _, _) =>
                {
                    session.StoreObjects(documents);
                    return Task.CompletedTask;
                },
                ct);

    /// <summary>
    /// Like the first overload, but in a transaction of its own. In addition, <paramref name="alongside"/> receives the state before and
    /// after, and can decide on other streams in that transaction (<see cref="Together.AlsoDecide"/>), so that all changes are stored
    /// together or not at all.
    /// </summary>
    public Task<Decision<T>> Decide<T>(
        string stream,
        Expected expected,
        Func<T?, IEnumerable<object>> decide,
        Func<IDocumentSession, T?, T, CancellationToken, Task> alongside,
        CancellationToken ct)
        where T : class, IState<T>, new() =>
        Races.Retry(stream, () => Commit(stream, expected, decide, alongside, ct), group.Clock, ct);

    private async Task<Decision<T>> Commit<T>(
        string stream,
        Expected expected,
        Func<T?, IEnumerable<object>> decide,
        Func<IDocumentSession, T?, T, CancellationToken, Task> alongside,
        CancellationToken ct)
        where T : class, IState<T>, new()
    {
        await using var session = store.LightweightSession();
        session.LastModifiedBy = actor.Name;
        session.CorrelationId = Activity.Current?.Id;
        var events = await session.Events.FetchForExclusiveWriting<T>(stream, ct);
        var version = events.CurrentVersion ?? 0;
        Races.ThrowIfStartedConcurrently(stream, version, events.Aggregate);
        var decided = decide(events.Aggregate).ToArray();
        expected.Check(version, decided.Length > 0);
        if (decided.Length == 0) return new(events.Aggregate, version, false);
        events.AppendMany(decided);
        var after = States.Fold(stream, events.Aggregate, decided);
        await alongside(session, events.Aggregate, after!, ct);
        await session.SaveChangesAsync(ct);
        return new(after, version + decided.Length, true);
    }

    /// <summary>Decides on any version, for consumers and for commands that do not depend on a version.</summary>
    public Task<Decision<T>> Decide<T>(string stream, Func<T?, IEnumerable<object>> decide, CancellationToken ct)
        where T : class, IState<T>, new() => Decide(stream, Expected.Any, decide, ct);
}

/// <summary>Decisions on several streams in one transaction.</summary>
public static class Together
{
    /// <summary>
    /// Decides on another stream in the transaction of <paramref name="session"/>. After a lost race on either stream, both decisions are
    /// repeated.
    /// </summary>
    public static async Task AlsoDecide<T>(
        this IDocumentSession session, string stream, Func<T?, IEnumerable<object>> decide, CancellationToken ct) where T : class, IState<T>
    {
        var events = await session.Events.FetchForExclusiveWriting<T>(stream, ct);
        var decided = decide(events.Aggregate).ToArray();
        if (decided.Length > 0) events.AppendMany(decided);
    }
}
