using Marten;
using Marten.Services;
using Npgsql;
using Platform.EventSourcing;

namespace Platform.Replays;

/// <summary>A kind of replay target, for example read models, the bus or failed messages.</summary>
public interface IReplayTarget
{
    /// <summary>Whether it handles targets with this name.</summary>
    bool Handles(string target);

    /// <summary>
    /// Validates a request before it is recorded. Returns null if it is valid. Otherwise returns "field: error", or an error without a
    /// field if the target does not exist.
    /// </summary>
    Task<string?> Validate(Replay wanted, CancellationToken ct);

    /// <summary>Whether the replay can begin now. Otherwise it stays queued.</summary>
    Task<bool> CanBegin(Replay replay, CancellationToken ct) => Task.FromResult(true);

    /// <summary>
    /// Runs the replay, from the beginning or from the position of an earlier start. It must end with
    /// <see cref="RunningReplay.Complete(long, Comparison?, CancellationToken)"/>.
    /// </summary>
    Task Run(RunningReplay run, CancellationToken ct);
}

/// <summary>
/// A replay that this replica is running. The number of the start is a fencing token: after another replica has started the replay again,
/// this one can store neither progress nor a result, because a result is stored in the same transaction as the event that completes it.
/// </summary>
public sealed class RunningReplay(
    IDocumentStore store,
    GroupCommit group,
    TimeProvider clock,
    Replay replay,
    string replica) : IDisposable
{
    private static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _advanceLock = new(1, 1);
    private readonly Decider _decider = new(store, group, new Actor { Name = replica });
    private readonly DateTimeOffset _started = clock.GetUtcNow();
    private DateTimeOffset _next = clock.GetUtcNow();
    private int _start = replay.Starts;

    /// <inheritdoc />
    public void Dispose() => _advanceLock.Dispose();

    /// <summary>The replay as it was when this replica started it.</summary>
    public Replay Replay => replay;

    /// <summary>Distinguishes the tables of this start from those of earlier and later ones.</summary>
    internal string Token => $"{replay.Id[Replay.Prefix.Length..][^8..]}_{_start}";

    /// <summary>Starts the replay, which fences off a replica that ran it before.</summary>
    internal async Task Start(CancellationToken ct)
    {
        await Append(new ReplayStarted(replica, clock.GetUtcNow()), ct);
        _start++;
    }

    /// <summary>
    /// Records progress, at once if <paramref name="always"/> is true. Otherwise the intervals grow with the duration, so that the stream
    /// of a long replay stays short.
    /// </summary>
    public async Task Advance(
        string step,
        long done,
        long total,
        long position,
        CancellationToken ct,
        bool always = false)
    {
        if (!always && clock.GetUtcNow() < _next) return;
        if (!await _advanceLock.WaitAsync(always ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, ct)) return;
        try
        {
            var now = clock.GetUtcNow();
            if (!always && now < _next) return;
            _next = now + (MinInterval > (now - _started) / 50 ? MinInterval : (now - _started) / 50);
            await Append(new ReplayAdvanced(step, done, total, position, now), ct);
        }
        finally
        {
            _advanceLock.Release();
        }
    }

    /// <summary>Completes the replay.</summary>
    public Task Complete(long done, Comparison? comparison, CancellationToken ct) =>
        Append(new ReplayCompleted(done, comparison, clock.GetUtcNow()), ct);

    /// <summary>
    /// Completes the replay in a transaction. If it was cancelled meanwhile, this throws and the transaction is rolled back.
    /// </summary>
    public async Task Complete(long done, Comparison? comparison, NpgsqlTransaction transaction, CancellationToken ct)
    {
        await using var session = store.LightweightSession(SessionOptions.ForTransaction(transaction));
        session.LastModifiedBy = replica;
        var stream = await session.Events.FetchForExclusiveWriting<Replay>(replay.Id, ct);
        var ended = Replay.While(stream.Aggregate, _start, new ReplayCompleted(done, comparison, clock.GetUtcNow())).ToArray();
        if (ended.Length == 0) throw new OperationCanceledException($"{replay.Id} was cancelled, or another replica has started it.");
        stream.AppendMany(ended);
        await session.SaveChangesAsync(ct);
    }

    internal async Task Append(object happened, CancellationToken ct)
    {
        var decision = await _decider.Decide<Replay>(replay.Id, r => Replay.While(r, _start, happened), ct);
        if (!decision.Changed) throw new OperationCanceledException($"{replay.Id} was cancelled, or another replica has started it.");
    }
}

/// <summary>The name of the service in the URLs of its admin endpoints.</summary>
public sealed record ServiceName(string Name);
