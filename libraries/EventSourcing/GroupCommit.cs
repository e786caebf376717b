using System.Threading.Channels;
using JasperFx.Events;
using Marten;
using Marten.Services.BatchQuerying;
using Microsoft.Extensions.Hosting;
using Platform.Postgres;
using Platform.Web;

namespace Platform.EventSourcing;

/// <summary>
/// Commits concurrent commands in one transaction: one round trip to read, one to write, and one flush of the write-ahead log. A rejected
/// command fails on its own. A batch that lost a race is decided again as a whole. A batch that cannot be stored for another reason is
/// divided until the failing command is found. That command is then retried individually, so that its caller gets the error.
/// </summary>
public sealed class GroupCommit(IDocumentStore store, TimeProvider clock) : BackgroundService
{
    /// <summary>
    /// A batch locks its streams, so it can lose races only for streams that do not exist yet. More losses in a row are unlikely.
    /// </summary>
    private const int MaxAttempts = 6;

    /// <summary>The maximum number of commands in one transaction.</summary>
    public const int MaxBatchSize = 64;

    private readonly Channel<PendingCommand> _pending = Channel.CreateUnbounded<PendingCommand>();

    internal TimeProvider Clock => clock;

    /// <summary>Returns the outcome of the command, or null if the caller must retry it individually.</summary>
    internal Task<Decision<T>?> Decide<T>(
        string stream,
        Expected expected,
        Func<T?, IEnumerable<object>> decide,
        IReadOnlyList<Stored> documents,
        string actor,
        string? trace,
        CancellationToken ct)
        where T : class, IState<T>, new()
    {
        var command = new PendingCommand<T>(stream, expected, decide, documents, actor, trace);
        if (!_pending.Writer.TryWrite(command)) return Task.FromResult<Decision<T>?>(null);
        return command.Outcome.Task.WaitAsync(ct);
    }

    /// <inheritdoc />
    // One batch is committed at a time, because two batches that change the same stream would both fail. The loop ends with the channel and
    // not with the token, so that pending commands are still stored when the service stops.
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<PendingCommand>(MaxBatchSize);
        while (await _pending.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < MaxBatchSize && _pending.Reader.TryRead(out var next)) batch.Add(next);
            // Every batch locks its streams in the same order, so that the batches of two replicas never deadlock.
            batch.Sort((a, b) => string.CompareOrdinal(a.Stream, b.Stream));
            if (batch.Count > 0) await Store(batch);
            batch.Clear();
        }
    }

    /// <inheritdoc />
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        _pending.Writer.TryComplete();
        return base.StopAsync(cancellationToken);
    }

    private async Task Store(IReadOnlyList<PendingCommand> batch)
    {
        try
        {
            var stored = await Races.Retry(
                $"{batch.Count} streams", () => Commit([.. batch.Where(c => !c.IsDone)]), clock, CancellationToken.None, MaxAttempts);
            foreach (var command in stored) command.Stored();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            await Divide(batch, e);
        }
    }

    private async Task Divide(IReadOnlyList<PendingCommand> batch, Exception reason)
    {
        // If the database is unavailable, do not divide: each half would wait for it, one after the other.
        if (batch.Count == 1 || Connections.WasLost(reason))
        {
            foreach (var command in batch) command.RetryIndividually();
            return;
        }
        await Store([.. batch.Take(batch.Count / 2)]);
        await Store([.. batch.Skip(batch.Count / 2)]);
    }

    private async Task<IReadOnlyList<PendingCommand>> Commit(IReadOnlyList<PendingCommand> batch)
    {
        await using var session = store.LightweightSession();
        await session.BeginTransactionAsync(CancellationToken.None);
        var query = session.CreateBatchQuery();
        var streams = new Dictionary<string, object>();
        foreach (var command in batch) command.Fetch(query, streams);
        await query.Execute();
        foreach (var command in batch) await command.Decide(session);
        await session.SaveChangesAsync();
        return batch;
    }

    /// <summary>A stream as the batch has loaded it, with the changes of the commands that were decided so far.</summary>
    private sealed class LoadedStream<T>(Task<IEventStream<T>> stream) where T : class
    {
        public Task<IEventStream<T>> Stream => stream;
        public T? State { get; set; }
        public long Version { get; set; } = -1;
        public bool Changed { get; set; }
    }

    private abstract class PendingCommand(string stream)
    {
        public string Stream => stream;
        /// <summary>Whether the caller has already received an outcome.</summary>
        public abstract bool IsDone { get; }
        public abstract void Fetch(IBatchedQuery query, Dictionary<string, object> streams);
        public abstract Task Decide(IDocumentSession session);
        public abstract void Stored();
        public abstract void RetryIndividually();
    }

    private sealed class PendingCommand<T>(
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

        public override bool IsDone => Outcome.Task.IsCompleted;

        public override void Fetch(IBatchedQuery query, Dictionary<string, object> streams)
        {
            (_loaded, _decision) = (null, null); // discard the results of an earlier attempt
            if (expected.IsFresh) return;
            if (!streams.TryGetValue(Stream, out var loaded))
                streams[Stream] = loaded = new LoadedStream<T>(query.Events.FetchForExclusiveWriting<T>(Stream));
            _loaded = loaded as LoadedStream<T>;
        }

        public override async Task Decide(IDocumentSession session)
        {
            if (!expected.IsFresh && _loaded is null) return; // another command loaded the same stream as a different kind of state
            var events = _loaded is null ? null : await _loaded.Stream;
            if (_loaded is { Version: < 0 })
            {
                (_loaded.State, _loaded.Version) = (events!.Aggregate, events.CurrentVersion ?? 0);
                Races.ThrowIfStartedConcurrently(Stream, _loaded.Version, _loaded.State);
            }
            var (state, version) = (_loaded?.State, _loaded?.Version ?? 0);
            object[] decided;
            try
            {
                decided = [.. decide(state)];
                expected.Check(version, decided.Length > 0);
            }
            catch (Exception e)
            {
                // If an earlier command of the batch changed the stream, the rejection is not final: that command may still fail.
                if (_loaded is not { Changed: true }) Outcome.TrySetException(e);
                return;
            }
            if (decided.Length == 0)
            {
                if (_loaded is not null) _decision = new(state, version, false);
                return; // without an outcome the command is retried individually
            }
            var built = decided.Select(session.Events.BuildEvent).ToArray();
            foreach (var e in built) (e.UserName, e.CorrelationId) = (actor, trace);
            if (events is null) session.Events.StartStream<T>(Stream, built);
            else events.AppendMany(built);
            session.StoreObjects(documents);
            (state, version) = (States.Fold(Stream, state, decided), version + decided.Length);
            if (_loaded is not null) (_loaded.State, _loaded.Version, _loaded.Changed) = (state, version, true);
            _decision = new(state, version, true);
        }

        public override void Stored() => Outcome.TrySetResult(_decision);

        public override void RetryIndividually() => Outcome.TrySetResult(null);
    }
}
