using System.Threading.Channels;
using JasperFx.Events;
using Marten;
using Marten.Services.BatchQuerying;
using Microsoft.Extensions.Hosting;

namespace Platform.EventSourcing;

/// <summary>
/// Decisions that wait at the same moment are stored in one transaction: one round trip to read, one to write, one flush of the log.
/// A rejected command fails on its own. A batch that lost a race is decided again as a whole. A batch with a command that cannot be
/// stored is divided until that command is found; it is then tried alone, so that its caller gets the reason.
/// </summary>
public sealed class GroupCommit(IDocumentStore store, TimeProvider clock) : BackgroundService
{
    /// <summary>A batch locks its streams, so it loses races only for streams that do not exist yet; more in a row are unlikely.</summary>
    private const int Attempts = 6;

    /// <summary>At most so many decisions share a transaction.</summary>
    public const int Most = 64;

    private readonly Channel<Waiting> _waiting = Channel.CreateUnbounded<Waiting>();

    internal TimeProvider Clock => clock;

    /// <summary>What the decision came to, or null where it has to be taken alone.</summary>
    internal Task<Decision?> Decide<T>(
        string stream, Expected expected, Func<T?, IEnumerable<object>> decide, string actor, string? trace, CancellationToken ct)
        where T : class, IState<T>
    {
        var waiting = new Waiting<T>(stream, expected, decide, actor, trace);
        if (!_waiting.Writer.TryWrite(waiting)) return Task.FromResult<Decision?>(null);
        return waiting.Outcome.Task.WaitAsync(ct);
    }

    // One group at a time: two that change the same stream would fail together. It ends with the channel, not with the token: what waits
    // when the service stops is still stored.
    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var group = new List<Waiting>(Most);
        while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (group.Count < Most && _waiting.Reader.TryRead(out var next)) group.Add(next);
            // In one order for all, so that two groups never wait for each other's rows.
            group.Sort((a, b) => string.CompareOrdinal(a.Stream, b.Stream));
            if (group.Count > 0) await Store(group);
            group.Clear();
        }
    }

    /// <inheritdoc />
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        return base.StopAsync(cancellationToken);
    }

    private async Task Store(IReadOnlyList<Waiting> group)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await Commit([.. group.Where(w => !w.IsDone)]);
                return;
            }
            catch (Exception e) when (attempt < Attempts && (Races.WasLost(e) || Connections.WasUnusable(e)))
            {
                await Races.BackOff(attempt, clock, CancellationToken.None);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                await Divide(group, e);
                return;
            }
        }
    }

    private async Task Divide(IReadOnlyList<Waiting> group, Exception reason)
    {
        // If the database does not answer, halves would wait for it one after the other.
        if (group.Count == 1 || Connections.WasLost(reason))
        {
            foreach (var waiting in group) waiting.Alone();
            return;
        }
        await Store([.. group.Take(group.Count / 2)]);
        await Store([.. group.Skip(group.Count / 2)]);
    }

    private async Task Commit(IReadOnlyList<Waiting> group)
    {
        await using var session = store.LightweightSession();
        await session.BeginTransactionAsync(CancellationToken.None);
        var batch = session.CreateBatchQuery();
        var streams = new Dictionary<string, object>();
        foreach (var waiting in group) waiting.Fetch(batch, streams);
        await batch.Execute();
        foreach (var waiting in group) await waiting.Decide(session);
        await session.SaveChangesAsync();
        foreach (var waiting in group) waiting.Stored();
    }

    /// <summary>A stream as the group found it, and as its members have changed it so far.</summary>
    private sealed class Open<T>(Task<IEventStream<T>> stream) where T : class, IState<T>
    {
        public Task<IEventStream<T>> Stream => stream;
        public T? State { get; set; }
        public long Version { get; set; } = -1;
        public bool Changed { get; set; }
    }

    private abstract class Waiting(string stream)
    {
        public string Stream => stream;
        /// <summary>Its caller has an answer already.</summary>
        public abstract bool IsDone { get; }
        public abstract void Fetch(IBatchedQuery batch, Dictionary<string, object> streams);
        public abstract Task Decide(IDocumentSession session);
        public abstract void Stored();
        public abstract void Alone();
    }

    private sealed class Waiting<T>(string stream, Expected expected, Func<T?, IEnumerable<object>> decide, string actor, string? trace)
        : Waiting(stream)
        where T : class, IState<T>
    {
        private Open<T>? _open;
        private Decision? _decision;

        public TaskCompletionSource<Decision?> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override bool IsDone => Outcome.Task.IsCompleted;

        public override void Fetch(IBatchedQuery batch, Dictionary<string, object> streams)
        {
            (_open, _decision) = (null, null); // of an earlier attempt
            if (expected.IsFresh) return;
            if (!streams.TryGetValue(Stream, out var open))
                streams[Stream] = open = new Open<T>(batch.Events.FetchForExclusiveWriting<T>(Stream));
            _open = open as Open<T>;
        }

        public override async Task Decide(IDocumentSession session)
        {
            if (!expected.IsFresh && _open is null) return; // the same stream as another kind of state
            var events = _open is null ? null : await _open.Stream;
            if (_open is { Version: < 0 }) (_open.State, _open.Version) = (events!.Aggregate, events.CurrentVersion ?? 0);
            object[] decided;
            try
            {
                decided = [.. decide(_open?.State)];
                expected.Check(_open?.Version ?? 0, decided.Length > 0);
            }
            catch (Exception e)
            {
                // Refused because of what another of the group is about to store: that may still fail.
                if (_open is not { Changed: true }) Outcome.TrySetException(e);
                return;
            }
            if (decided.Length == 0)
            {
                if (_open is not null && !Races.WasBegunMeanwhile(_open.Version, _open.State))
                    _decision = new Decision(_open.Version, false);
                return; // without a decision it is decided alone
            }
            var built = decided.Select(session.Events.BuildEvent).ToArray();
            foreach (var e in built) (e.UserName, e.CorrelationId) = (actor, trace);
            if (events is null) session.Events.StartStream<T>(Stream, built);
            else events.AppendMany(built);
            if (_open is not null)
                (_open.State, _open.Version, _open.Changed) = (Together.Fold(_open.State, decided), _open.Version + decided.Length, true);
            _decision = new Decision(_open?.Version ?? decided.Length, true);
        }

        public override void Stored() => Outcome.TrySetResult(_decision);

        public override void Alone() => Outcome.TrySetResult(null);
    }
}
