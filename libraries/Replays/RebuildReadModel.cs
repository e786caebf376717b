using Marten;
using Npgsql;
using Platform.EventSourcing;
using Platform.Postgres;
using Platform.Web;

namespace Platform.Replays;

/// <summary>
/// The replay target <c>readModel:NAME</c>: rebuilds the read model from all its events in a shadow table, catches up with events that are
/// written meanwhile, compares both tables row by row, and swaps them in one transaction. Readers see the old table until the swap.
/// </summary>
public sealed class RebuildReadModel(
    IDocumentStore store,
    NpgsqlDataSource database,
    Replicas replicas,
    TimeProvider clock,
    Func<string, IDocumentStore> shadows) : IReplayTarget
{
    /// <summary>The prefix of its targets.</summary>
    public const string Prefix = "readModel:";
    /// <summary>The maximum number of events that may be left when the live table is locked and writers wait.</summary>
    private const int MaxEventsUnderLock = 200;
    /// <summary>The pause before the recheck. A request that read a row before the swap writes it much sooner than this.</summary>
    private static readonly TimeSpan RecheckDelay = TimeSpan.FromSeconds(2);
    private const int MaxPasses = 20, LockAttempts = 30;

    /// <summary>The read models of this service, by name.</summary>
    public IReadOnlyDictionary<string, ReadModel> Models { get; } = ReadModel.Of(store, shadows);

    /// <inheritdoc />
    public bool Handles(string target) => target.StartsWith(Prefix, StringComparison.Ordinal);

    /// <inheritdoc />
    public Task<string?> Validate(Replay wanted, CancellationToken ct)
    {
        if (!Models.TryGetValue(wanted.Target[Prefix.Length..], out var model))
            return Task.FromResult<string?>($"target: there is no such read model here; there are {string.Join(", ", Models.Keys)}");
        if (wanted.Scope with { Stream = null } != new ReplayScope())
            return Task.FromResult<string?>("scope: a read model is built from all its events; set only stream, or omit the scope");
        if (wanted.Scope.Stream is not null && model is WrittenTable)
            return Task.FromResult<string?>("scope: each row of this read model is built from several streams; omit the scope");
        return Task.FromResult<string?>(
            wanted.PerSecond is not null ? "eventsPerSecond: applies only to replays to the bus; omit it" : null);
    }

    /// <inheritdoc />
    public async Task Run(RunningReplay run, CancellationToken ct)
    {
        var model = Models[run.Replay.Target[Prefix.Length..]];
        var shadow = new ShadowTable(database, store.Options.DatabaseSchemaName, model.Table, run.Token);
        var stored = new StoredEvents(store);
        try
        {
            await shadow.Create(ct);
            if (run.Replay.Scope.Stream is { } stream) await RebuildStream(run, model, shadow, stored, stream, ct);
            else await RebuildAll(run, model, shadow, stored, ct);
        }
        finally
        {
            await stored.Session.DisposeAsync();
            await shadow.Drop();
        }
    }

    private async Task RebuildAll(
        RunningReplay run,
        ReadModel model,
        ShadowTable shadow,
        StoredEvents stored,
        CancellationToken ct)
    {
        var (total, seen) = (0L, EventHorizon.Empty);
        await using (var snapshot = await SharedSnapshot.Begin(database, stored.Table, ct))
        {
            total = (long)(await snapshot.Connection.Value(
                $"select count(*) from {stored.Table} where type = any($1)", ct, [stored.Names(model.Events)]))!;
            await run.Advance("building", 0, total, 0, ct, always: true);
            await model.Fill(shadow, stored, snapshot, done => run.Advance("building", done, total, 0, ct), ct);
            seen = snapshot.Horizon;
        }
        await run.Advance("indexing", total, total, 0, ct, always: true);
        await shadow.Index(ct);
        (seen, total) = await CatchUp(run, model, shadow, stored, seen, total, ct);

        await run.Advance("comparing", total, total, 0, ct, always: true);
        var comparison = await Compare(model, shadow, stored, seen, h => seen = h, ct);
        if (run.Replay.Mode != ReplayMode.Apply)
        {
            await shadow.Drop();
            await run.Complete(total, comparison, ct);
            return;
        }
        (seen, total) = await CatchUp(run, model, shadow, stored, seen, total, ct);
        await run.Advance("swapping", total, total, 0, ct, always: true);
        await WithTableLock(shadow, "access exclusive", async transaction =>
        {
            await using (var snapshot = await SharedSnapshot.Begin(database, stored.Table, ct))
                total += await model.CatchUp(shadow, stored, snapshot, seen, ct);
            await ReadModelVersions.Lock(transaction.Connection!, store.Options.DatabaseSchemaName, ct);
            if (await replicas.Differences(ct) is { } differences) throw new Rejected(differences);
            await shadow.Swap(transaction.Connection!, ct);
            await ReadModelVersions.Built(transaction.Connection!, store.Options.DatabaseSchemaName, model, ct);
            await run.Complete(total, comparison, transaction, ct);
            await transaction.CommitAsync(ct);
        }, ct);
        if (comparison.Differences() > 0) await RecheckAfterSwap(model, shadow, stored, seen, ct);
    }

    /// <summary>
    /// Repairs rows that a request read before the swap and wrote after it, because such a request continued from a wrong row. Only streams
    /// with events since the last pass are checked. If no row was wrong, this is not needed.
    /// </summary>
    private async Task RecheckAfterSwap(
        ReadModel model,
        ShadowTable shadow,
        StoredEvents stored,
        EventHorizon seen,
        CancellationToken ct)
    {
        if (model is WrittenTable) return; // its SQL updates the current row, so it never continues from an old one
        await Task.Delay(RecheckDelay, clock, ct);
        await shadow.Create(ct);
        await WithTableLock(shadow, "exclusive", async transaction =>
        {
            await using (var snapshot = await SharedSnapshot.Begin(database, stored.Table, ct))
                await model.CatchUp(shadow, stored, snapshot, seen, ct);
            await shadow.Repair(transaction.Connection!, ct);
            await transaction.CommitAsync(ct);
        }, ct);
    }

    private async Task<(EventHorizon, long)> CatchUp(
        RunningReplay run,
        ReadModel model,
        ShadowTable shadow,
        StoredEvents stored,
        EventHorizon seen,
        long total,
        CancellationToken ct)
    {
        for (var pass = 0; pass < MaxPasses; pass++)
        {
            await using var snapshot = await SharedSnapshot.Begin(database, stored.Table, ct);
            var events = await model.CatchUp(shadow, stored, snapshot, seen, ct);
            (seen, total) = (snapshot.Horizon, total + events);
            if (events <= MaxEventsUnderLock) break;
            await run.Advance("catching up", total, total, 0, ct);
        }
        return (seen, total);
    }

    /// <summary>
    /// Compares both tables. Writers wait only while the last few events are processed. The comparison itself reads a snapshot that was
    /// taken under the lock, so writers continue during it.
    /// </summary>
    private async Task<Comparison> Compare(
        ReadModel model,
        ShadowTable shadow,
        StoredEvents stored,
        EventHorizon seen,
        Action<EventHorizon> caughtUp,
        CancellationToken ct)
    {
        SharedSnapshot? both = null;
        try
        {
            await WithTableLock(shadow, "exclusive", async _ =>
            {
                await using (var snapshot = await SharedSnapshot.Begin(database, stored.Table, ct))
                {
                    await model.CatchUp(shadow, stored, snapshot, seen, ct);
                    caughtUp(snapshot.Horizon);
                }
                both = await SharedSnapshot.Begin(database, stored.Table, ct);
            }, ct);
            return await shadow.Compare(both!.Connection, null, ct);
        }
        finally
        {
            if (both is not null) await both.DisposeAsync();
        }
    }

    private async Task RebuildStream(
        RunningReplay run,
        ReadModel model,
        ShadowTable shadow,
        StoredEvents stored,
        string stream,
        CancellationToken ct) =>
        await WithTableLock(shadow, "exclusive", async transaction =>
        {
            await using (var snapshot = await SharedSnapshot.Begin(database, stored.Table, ct))
                await model.FillStream(stream, shadow, stored, snapshot, ct);
            var comparison = await shadow.Compare(transaction.Connection!, stream, ct);
            if (run.Replay.Mode == ReplayMode.Apply) await shadow.SwapRow(transaction.Connection!, stream, ct);
            await run.Complete(1, comparison, transaction, ct);
            await transaction.CommitAsync(ct);
        }, ct);

    /// <summary>
    /// Runs <paramref name="work"/> while the live table is locked. A pending lock request blocks all later readers, so it is given up
    /// after two seconds and repeated later. A long read thus delays the replay and not other readers.
    /// </summary>
    private async Task WithTableLock(ShadowTable shadow, string mode, Func<NpgsqlTransaction, Task> work, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var connection = await shadow.Open(ct);
            await using var transaction = await connection.BeginTransactionAsync(ct);
            try
            {
                await connection.Run(
                    $"set local lock_timeout = '2s'; lock table {shadow.Live} in {mode} mode; set local lock_timeout = 0", ct);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable && attempt < LockAttempts)
            {
                await transaction.RollbackAsync(ct);
                await Task.Delay(TimeSpan.FromMilliseconds(250), clock, ct);
                continue;
            }
            await work(transaction);
            return;
        }
    }
}
