using Marten;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.EventSourcing;
using Platform.Postgres;
using Platform.Web;

namespace Platform.Replays;

/// <summary>
/// Runs in every replica and starts the replays that no replica is running: new ones, and those whose replica was lost. A replica holds an
/// advisory lock of the target while it runs a replay. PostgreSQL releases the lock with the session, so no lease must expire.
/// </summary>
public sealed partial class ReplayRunner(
    IDocumentStore store,
    GroupCommit group,
    LockSessions locks,
    IEnumerable<IReplayTarget> targets,
    ReplicaName replica,
    ReplaySignal requested,
    TimeProvider clock,
    ILogger<ReplayRunner> log)
    : BackgroundService
{
    /// <summary>The maximum number of starts, because a replay that crashes its replica must not be started forever.</summary>
    private const int MaxStarts = 5;
    /// <summary>
    /// While no replay is active, a replica checks rarely: it starts the replays that are requested through it at once, and finds the
    /// others at its next check.
    /// </summary>
    private static readonly TimeSpan CheckEvery = TimeSpan.FromMilliseconds(500), CheckForOthersEvery = TimeSpan.FromSeconds(2);
    /// <summary>
    /// The replays that this replica is running or has tried to run, by id. Only the loop accesses it, so that a task that ends at once is
    /// not mistaken for one that is still running.
    /// </summary>
    private readonly Dictionary<string, Task> _tasks = [];

    /// <summary>
    /// Returns the name of a lock of this service, for example of the lock that is held while a replay to a target runs or is requested.
    /// </summary>
    public static string LockName(string what, IDocumentStore store) => $"{what}:{store.Options.DatabaseSchemaName}";

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = CheckEvery;
            try
            {
                if (!await StartActive(stoppingToken)) pause = CheckForOthersEvery;
            }
            catch (Exception e)
            {
                if (!stoppingToken.IsCancellationRequested) CheckFailed(log, e);
            }
            await requested.Wait(pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await Task.WhenAll(_tasks.Values);
    }

    /// <summary>Returns whether any replay is active.</summary>
    private async Task<bool> StartActive(CancellationToken ct)
    {
        foreach (var id in _tasks.Where(t => t.Value.IsCompleted).Select(t => t.Key).ToArray()) _tasks.Remove(id);
        var active = await Active(ct);
        foreach (var id in active)
            if (!_tasks.ContainsKey(id)) _tasks.Add(id, Task.Run(() => TryRun(id, ct), CancellationToken.None));
        return active.Count > 0;
    }

    private async Task<IReadOnlyList<string>> Active(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.Query<Replay>()
            .Where(r => r.Status == ReplayStatus.Queued || r.Status == ReplayStatus.Running)
            .Select(r => r.Id)
            .ToListAsync(ct);
    }

    private async Task TryRun(string id, CancellationToken stopping)
    {
        try
        {
            var replay = await Load(id, stopping);
            // A target that this version does not know is left to a replica of the newer version.
            if (targets.SingleOrDefault(t => t.Handles(replay.Target)) is not { } target || !await target.CanBegin(replay, stopping))
                return;
            await using var targetLock = await locks.Acquire(LockName($"replay:{replay.Target}", store), stopping);
            if (targetLock is null || await Load(id, stopping) is not { Active: true } current) return;
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, targetLock.Lost);
            await Run(current, target, stop, stopping);
        }
        catch (Exception e) when (stopping.IsCancellationRequested || e is OperationCanceledException)
        {
            Stopped(log, id);
        }
        catch (Exception e)
        {
            Interrupted(log, e, id);
        }
    }

    private async Task Run(Replay replay, IReplayTarget target, CancellationTokenSource stop, CancellationToken stopping)
    {
        using var run = new RunningReplay(store, group, clock, replay, replica.Name);
        if (replay.Starts >= MaxStarts)
        {
            await run.Append(
                new ReplayFailed(
                    $"The replay was started {MaxStarts} times, and its replica stopped each time. "
                        + $"The log of {replay.Replica} may show the reason.",
                    clock.GetUtcNow()),
                stopping);
            return;
        }
        await run.Start(stopping);
        Started(log, replay.Id, replay.Target, replay.Mode, replay.Starts + 1);
        var watching = StopWhenCancelled(replay.Id, stop);
        try
        {
            await target.Run(run, stop.Token);
            Completed(log, replay.Id);
        }
        // If the database is unavailable, the replay has not failed: it will be started again.
        catch (Exception e) when (!stop.IsCancellationRequested && e is not OperationCanceledException && !Connections.WasLost(e))
        {
            Failed(log, e, replay.Id);
            await run.Append(new ReplayFailed($"{e.GetType().Name}: {e.Message}", clock.GetUtcNow()), stopping);
        }
        finally
        {
            await stop.CancelAsync();
            await watching;
        }
    }

    private async Task StopWhenCancelled(string id, CancellationTokenSource stop)
    {
        using var timer = new PeriodicTimer(CheckEvery, clock);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stop.Token);
                if ((await Load(id, stop.Token)).Status == ReplayStatus.Cancelled) await stop.CancelAsync();
            }
            catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
            {
                if (!stop.IsCancellationRequested) CheckFailed(log, e);
            }
        }
    }

    private async Task<Replay> Load(string id, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<Replay>(id, ct) ?? throw new NotFound($"{id} does not exist.");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Id} to {Target} ({Mode}) started (start number {Start}).")]
    private static partial void Started(
        ILogger log,
        string id,
        string target,
        ReplayMode mode,
        int start);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Id} completed.")]
    private static partial void Completed(ILogger log, string id);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Id} was cancelled, or another replica will continue it.")]
    private static partial void Stopped(ILogger log, string id);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Id} failed.")]
    private static partial void Failed(ILogger log, Exception e, string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Id} was interrupted. It will be started again.")]
    private static partial void Interrupted(ILogger log, Exception e, string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not check for replays. The check will be repeated.")]
    private static partial void CheckFailed(ILogger log, Exception e);
}
