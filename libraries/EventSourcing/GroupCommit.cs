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
    private const int Attempts = 6;

    /// <summary>The maximum number of commands in one transaction.</summary>
    public const int MaxBatchSize = 64;

    private readonly Channel<PendingCommand> _pending = Channel.CreateUnbounded<PendingCommand>();

    internal TimeProvider Clock => clock;

    /// <summary>Returns the outcome of the command, or null if the caller must retry it individually.</summary>
    internal Task<Decision?> Decide<T>(
        string stream,
        Expected expected,
        Func<T?, IEnumerable<object>> decide,
        string actor,
        string? trace,
        CancellationToken ct)
        where T : class, IState<T>
    {
        var command = new PendingCommand<T>(stream, expected, decide, actor, trace);
        if (!_pending.Writer.TryWrite(command)) return Task.FromResult<Decision?>(null);
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
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await Commit([.. batch.Where(c => !c.IsDone)]);
                return;
            }
            catch (Exception e) when (attempt < Attempts && (Races.WasLost(e) || Connections.WasUnusable(e)))
            {
                await Races.BackOff(attempt, clock, CancellationToken.None);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                await Divide(batch, e);
                return;
            }
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

    private async Task Commit(IReadOnlyList<PendingCommand> batch)
    {
        await using var session = store.LightweightSession();
        await session.BeginTransactionAsync(CancellationToken.None);
        var query = session.CreateBatchQuery();
        var streams = new Dictionary<string, object>();
        foreach (var command in batch) command.Fetch(query, streams);
        await query.Execute();
        foreach (var command in batch) await command.Decide(session);
        await session.SaveChangesAsync();
        foreach (var command in batch) command.Stored();
    }

    /// <summary>A stream as the batch has loaded it, with the changes of the commands that were decided so far.</summary>
    private sealed class LoadedStream<T>(Task<IEventStream<T>> stream) where T : class, IState<T>
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
        string actor,
        string? trace) : PendingCommand(stream)
        where T : class, IState<T>
    {
        private LoadedStream<T>? _loaded;
        private Decision? _decision;

        public TaskCompletionSource<Decision?> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

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
            if (_loaded is { Version: < 0 }) (_loaded.State, _loaded.Version) = (events!.Aggregate, events.CurrentVersion ?? 0);
            object[] decided;
            try
            {
                decided = [.. decide(_loaded?.State)];
                expected.Check(_loaded?.Version ?? 0, decided.Length > 0);
            }
            catch (Exception e)
            {
                // If an earlier command of the batch changed the stream, the rejection is not final: that command may still fail.
                if (_loaded is not { Changed: true }) Outcome.TrySetException(e);
                return;
            }
            if (decided.Length == 0)
            {
                if (_loaded is not null && !Races.WasStartedConcurrently(_loaded.Version, _loaded.State))
                    _decision = new Decision(_loaded.Version, false);
                return; // without an outcome the command is retried individually
            }
            var built = decided.Select(session.Events.BuildEvent).ToArray();
            foreach (var e in built) (e.UserName, e.CorrelationId) = (actor, trace);
            if (events is null) session.Events.StartStream<T>(Stream, built);
            else events.AppendMany(built);
            if (_loaded is not null)
            {
                _loaded.State = Together.Fold(_loaded.State, decided);
                _loaded.Version += decided.Length;
                _loaded.Changed = true;
            }
            _decision = new Decision(_loaded?.Version ?? decided.Length, true);
        }

        public override void Stored() => Outcome.TrySetResult(_decision);

        public override void RetryIndividually() => Outcome.TrySetResult(null);
    }
}
