using System.Threading.Channels;
using Marten;
using Microsoft.Extensions.Hosting;
using Platform.Postgres;
using Platform.Web;

namespace Platform.EventSourcing;

/// <summary>
/// Commits concurrent commands in one transaction: one round trip to read, one to write, and one flush of the write-ahead log. New streams
/// are stored with one statement for each table (docs/decisions/0131). A rejected command fails on its own. A batch that lost a race is
/// decided again as a whole. A batch that cannot be stored for another reason is divided until the failing command is found. That command
/// is then retried individually, so that its caller gets the error.
/// </summary>
public sealed class GroupCommit(IDocumentStore store, EventTables tables, AppendSignal signal, TimeProvider clock) : BackgroundService
{
    /// <summary>
    /// A batch locks its streams, so it can lose races only for streams that do not exist yet. More losses in a row are unlikely.
    /// </summary>
    private const int MaxAttempts = 6;

    /// <summary>The maximum number of commands in one transaction.</summary>
    public const int MaxBatchSize = 64;

    /// <summary>
    /// How long a batch waits for further commands if commands are arriving concurrently: the previous batch had several, and it ended no
    /// longer ago than the second value. A single command never waits.
    /// </summary>
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(1), ConcurrentWithin = TimeSpan.FromMilliseconds(20);

    private readonly NewStreams _newStreams = new(store, tables);
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
        var (size, ended) = (0, clock.GetTimestamp());
        while (await _pending.Reader.WaitToReadAsync(CancellationToken.None))
        {
            if (size > 1 && _pending.Reader.Count < MaxBatchSize && clock.GetElapsedTime(ended) < ConcurrentWithin)
                await Task.Delay(Linger, clock, CancellationToken.None);
            while (batch.Count < MaxBatchSize && _pending.Reader.TryRead(out var next)) batch.Add(next);
            // Every batch locks its streams in the same order, so that the batches of two replicas never deadlock.
            batch.Sort((a, b) => string.CompareOrdinal(a.Stream, b.Stream));
            await Task.WhenAll(
                Store([.. batch.Where(c => c.StartsStream)], Start), Store([.. batch.Where(c => !c.StartsStream)], Commit));
            (size, ended) = (batch.Count, clock.GetTimestamp());
            batch.Clear();
        }
    }

    /// <inheritdoc />
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        _pending.Writer.TryComplete();
        return base.StopAsync(cancellationToken);
    }

    private async Task Store(IReadOnlyList<PendingCommand> batch, Func<IReadOnlyList<PendingCommand>, Task> commit)
    {
        if (batch.Count == 0) return;
        try
        {
            var stored = await Races.Retry(
                $"{batch.Count} streams",
                async () =>
                {
                    PendingCommand[] undecided = [.. batch.Where(c => !c.IsDone)];
                    await commit(undecided);
                    return undecided;
                },
                clock,
                CancellationToken.None,
                MaxAttempts);
            foreach (var command in stored) command.Stored();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            await Divide(batch, commit, e);
        }
    }

    private async Task Divide(IReadOnlyList<PendingCommand> batch, Func<IReadOnlyList<PendingCommand>, Task> commit, Exception reason)
    {
        // If the database is unavailable, do not divide: each half would wait for it, one after the other.
        if (batch.Count == 1 || Connections.WasLost(reason))
        {
            foreach (var command in batch) command.RetryIndividually();
            return;
        }
        await Store([.. batch.Take(batch.Count / 2)], commit);
        await Store([.. batch.Skip(batch.Count / 2)], commit);
    }

    /// <summary>Commits commands whose streams may exist.</summary>
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
    }

    /// <summary>Commits commands whose streams cannot exist.</summary>
    private async Task Start(IReadOnlyList<PendingCommand> batch)
    {
        await using var session = store.LightweightSession();
        var now = clock.GetUtcNow();
        StreamChange[] streams = [.. batch.Select(c => c.Start(session, tables, now)).OfType<StreamChange>()];
        if (streams.Length == 0) return;
        await _newStreams.Start(session, streams, CancellationToken.None);
        await session.SaveChangesAsync();
        signal.NotifyRelay();
    }
}
