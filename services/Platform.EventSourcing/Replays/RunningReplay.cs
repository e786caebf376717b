using Marten;
using Marten.Services;
using Npgsql;

namespace Platform.EventSourcing.Replays;

/// <summary>Something that can be replayed to: read models, the bus, failed messages.</summary>
public interface IReplayTarget
{
    /// <summary>Whether a target of this name is its business.</summary>
    bool Knows(string target);

    /// <summary>Says why the request makes no sense, or nothing. Asked before the request is taken.</summary>
    Task<string?> Objection(Replay wanted, CancellationToken ct);

    /// <summary>Whether it can begin now; one that cannot stays queued.</summary>
    Task<bool> CanBegin(Replay replay, CancellationToken ct) => Task.FromResult(true);

    /// <summary>
    /// Does it, from the beginning or from where an earlier start left it; ends with
    /// <see cref="RunningReplay.Complete(long, Comparison?, CancellationToken)"/>.
    /// </summary>
    Task Run(RunningReplay run, CancellationToken ct);
}

/// <summary>
/// A replay in the hands of the replica that works on it. The number of the start is its fencing token: once another replica has taken the
/// replay up, nothing of this one is stored any more, neither its progress nor, because that is the same transaction, its result.
/// </summary>
public sealed class RunningReplay(IDocumentStore store, GroupCommit group, TimeProvider clock, Replay replay, string replica) : IDisposable
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Decider _decider = new(store, group, new Actor { Name = replica });
    private readonly DateTimeOffset _started = clock.GetUtcNow();
    private DateTimeOffset _next = clock.GetUtcNow();
    private int _start = replay.Starts;

    /// <inheritdoc />
    public void Dispose() => _one.Dispose();

    /// <summary>As it was taken up.</summary>
    public Replay Replay => replay;

    /// <summary>Distinguishes what this start makes from what an earlier or later one makes.</summary>
    internal string Token => $"{replay.Id[Replay.Prefix.Length..][^8..]}_{_start}";

    /// <summary>Takes it up; another replica that had it is fenced off.</summary>
    internal async Task Start(CancellationToken ct)
    {
        await Append(new ReplayStarted(replica, clock.GetUtcNow()), ct);
        _start++;
    }

    /// <summary>
    /// Says how far it is: at once where the step changed, else ever more seldom, so that a long replay leaves a short stream.
    /// </summary>
    public async Task Advance(string step, long done, long total, long position, CancellationToken ct, bool always = false)
    {
        if (!always && clock.GetUtcNow() < _next) return;
        if (!await _one.WaitAsync(always ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, ct)) return;
        try
        {
            var now = clock.GetUtcNow();
            if (!always && now < _next) return;
            _next = now + (Least > (now - _started) / 50 ? Least : (now - _started) / 50);
            await Append(new ReplayAdvanced(step, done, total, position, now), ct);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>It is done.</summary>
    public Task Complete(long done, Comparison? comparison, CancellationToken ct) =>
        Append(new ReplayCompleted(done, comparison, clock.GetUtcNow()), ct);

    /// <summary>It is done if this transaction commits; a replay cancelled meanwhile rolls it back.</summary>
    public async Task Complete(long done, Comparison? comparison, NpgsqlTransaction transaction, CancellationToken ct)
    {
        await using var session = store.LightweightSession(SessionOptions.ForTransaction(transaction));
        session.LastModifiedBy = replica;
        var stream = await session.Events.FetchForExclusiveWriting<Replay>(replay.Id, ct);
        var ended = Replay.While(stream.Aggregate, _start, new ReplayCompleted(done, comparison, clock.GetUtcNow())).ToArray();
        if (ended.Length == 0) throw new OperationCanceledException($"{replay.Id} is not wanted any more.");
        stream.AppendMany(ended);
        await session.SaveChangesAsync(ct);
    }

    internal async Task Append(object happened, CancellationToken ct)
    {
        var decision = await _decider.Decide<Replay>(replay.Id, r => Replay.While(r, _start, happened), ct);
        if (!decision.Changed) throw new OperationCanceledException($"{replay.Id} is not wanted any more.");
    }
}

/// <summary>What this replica is called.</summary>
public sealed record ReplicaName(string Name);

/// <summary>The name of the service in its addresses for admins.</summary>
public sealed record ServiceName(string Name);
