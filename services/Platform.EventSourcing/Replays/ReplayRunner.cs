using Marten;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Platform.EventSourcing.Replays;

/// <summary>
/// In every replica: takes up replays that nobody works on, new ones and those whose replica died. A lock in the database that dies with
/// its connection says who works on a target, so there is no time to wait out and nothing to clean up.
/// </summary>
public sealed partial class ReplayRunner(
    IDocumentStore store,
    GroupCommit group,
    LockSessions locks,
    IEnumerable<IReplayTarget> targets,
    ReplicaName replica,
    TimeProvider clock,
    ILogger<ReplayRunner> log)
    : BackgroundService
{
    /// <summary>A replay that ends its replica each time must not do so for ever.</summary>
    private const int Attempts = 5;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);
    /// <summary>
    /// What this replica is at, or tried to be; the loop alone touches it, so that an attempt that ends at once cannot be taken for one
    /// that goes on.
    /// </summary>
    private readonly Dictionary<string, Task> _mine = [];

    /// <summary>The lock of a target: held while somebody works on it, and while somebody asks for a replay to it.</summary>
    public static string LockName(string what, IDocumentStore store) => $"{what}:{store.Options.DatabaseSchemaName}";

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
                foreach (var id in _mine.Where(m => m.Value.IsCompleted).Select(m => m.Key).ToArray()) _mine.Remove(id);
                foreach (var id in await Active(stoppingToken))
                    if (!_mine.ContainsKey(id)) _mine.Add(id, Task.Run(() => TakeUp(id, stoppingToken), CancellationToken.None));
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                NotSeen(log, e);
            }
        }
        while (await Next(timer, stoppingToken));
        await Task.WhenAll(_mine.Values);
    }

    private static async Task<bool> Next(PeriodicTimer timer, CancellationToken ct)
    {
        try { return await timer.WaitForNextTickAsync(ct); }
        catch (OperationCanceledException) { return false; }
    }

    private async Task<IReadOnlyList<string>> Active(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.Query<Replay>()
            .Where(r => r.Status == ReplayStatus.Queued || r.Status == ReplayStatus.Running)
            .Select(r => r.Id)
            .ToListAsync(ct);
    }

    private async Task TakeUp(string id, CancellationToken stopping)
    {
        try
        {
            var replay = await Load(id, stopping);
            // A target that only a newer version knows is left to a replica that runs it.
            if (targets.SingleOrDefault(t => t.Knows(replay.Target)) is not { } target || !await target.CanBegin(replay, stopping)) return;
            await using var alone = await locks.Acquire(LockName($"replay:{replay.Target}", store), stopping);
            if (alone is null || await Load(id, stopping) is not { Active: true } mine) return;
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, alone.Lost);
            await Work(mine, target, stop, stopping);
        }
        catch (Exception e) when (stopping.IsCancellationRequested || e is OperationCanceledException)
        {
            Left(log, id);
        }
        catch (Exception e)
        {
            Interrupted(log, e, id);
        }
    }

    private async Task Work(Replay replay, IReplayTarget target, CancellationTokenSource stop, CancellationToken stopping)
    {
        using var run = new RunningReplay(store, group, clock, replay, replica.Name);
        if (replay.Starts >= Attempts)
        {
            await run.Append(
                new ReplayFailed(
                    $"It was taken up {Attempts} times and each time its replica ended. Look into the log of {replay.Replica}.",
                    clock.GetUtcNow()),
                stopping);
            return;
        }
        await run.Start(stopping);
        TakenUp(log, replay.Id, replay.Target, replay.Mode, replay.Starts + 1);
        var watching = StopWhenCancelled(replay.Id, stop);
        try
        {
            await target.Run(run, stop.Token);
            Done(log, replay.Id);
        }
        // A database that does not answer is no fault of the replay: it is taken up again.
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
        using var timer = new PeriodicTimer(Every, clock);
        while (await Next(timer, stop.Token))
        {
            try
            {
                if ((await Load(id, stop.Token)).Status != ReplayStatus.Cancelled) continue;
                await stop.CancelAsync();
            }
            catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
            {
                if (!stop.IsCancellationRequested) NotSeen(log, e);
            }
        }
    }

    private async Task<Replay> Load(string id, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<Replay>(id, ct) ?? throw new NotFound($"There is no {id}.");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Id} to {Target} ({Mode}) begins: start {Start}.")]
    private static partial void TakenUp(ILogger log, string id, string target, ReplayMode mode, int start);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Id} is done.")]
    private static partial void Done(ILogger log, string id);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Id} was cancelled, or is left to another replica.")]
    private static partial void Left(ILogger log, string id);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Id} failed.")]
    private static partial void Failed(ILogger log, Exception e, string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Id} was interrupted; it is taken up again.")]
    private static partial void Interrupted(ILogger log, Exception e, string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Replays could not be looked for; trying again.")]
    private static partial void NotSeen(ILogger log, Exception e);
}
