using JasperFx.Events;
using Marten;
using Marten.Services.BatchQuerying;
using Platform.Web;

namespace Platform.EventSourcing;

/// <summary>A stream as the batch has loaded it, with the changes of the commands that were decided so far.</summary>
internal sealed class LoadedStream<T>(Task<IEventStream<T>> stream) where T : class
{
    public Task<IEventStream<T>> Stream => stream;
    public T? State { get; set; }
    public long Version { get; set; } = -1;
    public bool Changed { get; set; }
}

/// <summary>A command that waits for its batch (<see cref="GroupCommit"/>).</summary>
internal abstract class PendingCommand(string stream)
{
    public string Stream => stream;
    /// <summary>Whether the stream cannot exist, so that it need not be loaded.</summary>
    public abstract bool StartsStream { get; }
    /// <summary>Whether the caller has already received an outcome.</summary>
    public abstract bool IsDone { get; }
    public abstract void Fetch(IBatchedQuery query, Dictionary<string, object> streams);
    public abstract Task Decide(IDocumentSession session);
    /// <summary>Decides on a new stream; null if there is nothing to store.</summary>
    public abstract StreamChange? Start(IDocumentSession session, EventTables tables, DateTimeOffset now);
    public abstract void Stored();
    public abstract void RetryIndividually();
}

/// <inheritdoc />
internal sealed class PendingCommand<T>(
    string stream,
    Expected expected,
    Func<T?, IEnumerable<object>> decide,
    IReadOnlyList<Stored> documents,
    string actor,
    string? trace) : PendingCommand(stream)
    where T : class, IState<T>, new()
{
    private LoadedStream<T>? _loaded;
    private Decision<T>? _decision;

    public TaskCompletionSource<Decision<T>?> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override bool StartsStream => expected.IsFresh;

    public override bool IsDone => Outcome.Task.IsCompleted;

    public override void Fetch(IBatchedQuery query, Dictionary<string, object> streams)
    {
        _decision = null; // discard the result of an earlier attempt
        if (!streams.TryGetValue(Stream, out var loaded))
            streams[Stream] = loaded = new LoadedStream<T>(query.Events.FetchForExclusiveWriting<T>(Stream));
        _loaded = loaded as LoadedStream<T>;
    }

    public override async Task Decide(IDocumentSession session)
    {
        if (_loaded is null) return; // another command loaded the same stream as a different kind of state
        var events = await _loaded.Stream;
        if (_loaded.Version < 0)
        {
            (_loaded.State, _loaded.Version) = (events.Aggregate, events.CurrentVersion ?? 0);
            Races.ThrowIfStartedConcurrently(Stream, _loaded.Version, _loaded.State);
        }
        // If an earlier command of the batch changed the stream, a rejection is not final: that command may still fail.
        if (TryDecide(_loaded.State, _loaded.Version, isFinal: !_loaded.Changed) is not { } decided) return;
        if (decided.Length > 0)
        {
            var built = decided.Select(session.Events.BuildEvent).ToArray();
            foreach (var e in built) (e.UserName, e.CorrelationId) = (actor, trace);
            events.AppendMany(built);
            session.StoreObjects(documents);
            (_loaded.State, _loaded.Version, _loaded.Changed) =
                (States.Fold(Stream, _loaded.State, decided), _loaded.Version + decided.Length, true);
        }
        _decision = new(_loaded.State, _loaded.Version, decided.Length > 0);
    }

    public override StreamChange? Start(IDocumentSession session, EventTables tables, DateTimeOffset now)
    {
        _decision = null; // discard the result of an earlier attempt
        // Without events there is no outcome, and the command is retried individually.
        if (TryDecide(null, 0, isFinal: true) is not { Length: > 0 } decided) return null;
        session.StoreObjects(documents);
        _decision = new(States.Fold<T>(Stream, null, decided), decided.Length, true);
        return tables.Change<T>(Stream, 0, decided, actor, trace, now);
    }

    /// <summary>Returns the events, or null if the command is rejected. The caller gets the rejection if it is final.</summary>
    private object[]? TryDecide(T? state, long version, bool isFinal)
    {
        try
        {
            object[] decided = [.. decide(state)];
            expected.Check(version, decided.Length > 0);
            return decided;
        }
        catch (Exception e)
        {
            if (isFinal) Outcome.TrySetException(e);
            return null;
        }
    }

    public override void Stored() => Outcome.TrySetResult(_decision);

    public override void RetryIndividually() => Outcome.TrySetResult(null);
}
