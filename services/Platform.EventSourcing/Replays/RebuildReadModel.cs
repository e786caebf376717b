using Marten;
using Npgsql;

namespace Platform.EventSourcing.Replays;

/// <summary>
/// <c>readModel:NAME</c>: builds the read model beside the live one from all its events, catches up with what is written meanwhile,
/// compares row by row, and puts it in the live one's place, all of it in one transaction or nothing. Readers read the old table until they
/// read the new one.
/// </summary>
public sealed class RebuildReadModel(
    IDocumentStore store, NpgsqlDataSource database, Replicas replicas, TimeProvider clock, Func<string, IDocumentStore> shadows)
        : IReplayTarget
{
    /// <summary>What its targets begin with.</summary>
    public const string Prefix = "readModel:";
    /// <summary>So few events are left when writers are asked to wait.</summary>
    private const int Few = 200;
    /// <summary>Between reading a row and writing it a request takes much less.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);
    private const int Passes = 20, LockAttempts = 30;

    /// <summary>All read models of this service, by name.</summary>
    public IReadOnlyDictionary<string, ReadModel> Models { get; } = ReadModel.Of(store, shadows);

    /// <inheritdoc />
    public bool Knows(string target) => target.StartsWith(Prefix, StringComparison.Ordinal);

    /// <inheritdoc />
    public Task<string?> Objection(Replay wanted, CancellationToken ct)
    {
        if (!Models.TryGetValue(wanted.Target[Prefix.Length..], out var model))
            return Task.FromResult<string?>($"target: there is no such read model here; there are {string.Join(", ", Models.Keys)}");
        if (wanted.Scope with { Stream = null } != new ReplayScope())
            return Task.FromResult<string?>("scope: a read model is built from all its events; name one stream, or nothing");
        if (wanted.Scope.Stream is not null && model is WrittenTable)
            return Task.FromResult<string?>("scope: this read model is made of several streams; leave the scope out");
        return Task.FromResult<string?>(wanted.PerSecond is not null ? "eventsPerSecond: is for the bus only" : null);
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
            if (run.Replay.Scope.Stream is { } stream) await One(run, model, shadow, stored, stream, ct);
            else await All(run, model, shadow, stored, ct);
        }
        finally
        {
            await stored.Session.DisposeAsync();
            await shadow.Drop();
        }
    }

    private async Task All(RunningReplay run, ReadModel model, ShadowTable shadow, StoredEvents stored, CancellationToken ct)
    {
        var (total, seen) = (0L, Horizon.Nothing);
        await using (var moment = await Moment.Take(database, stored.Table, ct))
        {
            total = (long)(await moment.Connection.Value(
                $"select count(*) from {stored.Table} where type = any($1)", ct, [stored.Names(model.Events)]))!;
            await run.Advance("building", 0, total, 0, ct, always: true);
            await model.Fill(shadow, stored, moment, done => run.Advance("building", done, total, 0, ct), ct);
            seen = moment.Horizon;
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
        await Locked(shadow, "access exclusive", async transaction =>
        {
            await using (var moment = await Moment.Take(database, stored.Table, ct))
                total += await model.CatchUp(shadow, stored, moment, seen, ct);
            await ReadModelVersions.Lock(transaction.Connection!, store.Options.DatabaseSchemaName, ct);
            if (await replicas.Differences(ct) is { } differences) throw new Rejected(differences);
            await shadow.TakePlace(transaction.Connection!, ct);
            await ReadModelVersions.Built(transaction.Connection!, store.Options.DatabaseSchemaName, model, ct);
            await run.Complete(total, comparison, transaction, ct);
            await transaction.CommitAsync(ct);
        }, ct);
        if (comparison.Differences() > 0) await LookAfter(model, shadow, stored, seen, ct);
    }

    /// <summary>
    /// Whoever had read a wrong row before the swap and wrote it after, wrote on from the wrong one: streams that went on since are looked
    /// at once more. Where no row was wrong, nobody can have read one.
    /// </summary>
    private async Task LookAfter(ReadModel model, ShadowTable shadow, StoredEvents stored, Horizon seen, CancellationToken ct)
    {
        if (model is WrittenTable) return; // adds to the row that is there, whichever that is
        await Task.Delay(Settling, clock, ct);
        await shadow.Create(ct);
        await Locked(shadow, "exclusive", async transaction =>
        {
            await using (var moment = await Moment.Take(database, stored.Table, ct)) await model.CatchUp(shadow, stored, moment, seen, ct);
            await shadow.Mend(transaction.Connection!, ct);
            await transaction.CommitAsync(ct);
        }, ct);
    }

    private async Task<(Horizon, long)> CatchUp(
        RunningReplay run,
        ReadModel model,
        ShadowTable shadow,
        StoredEvents stored,
        Horizon seen,
        long total,
        CancellationToken ct)
    {
        for (var pass = 0; pass < Passes; pass++)
        {
            await using var moment = await Moment.Take(database, stored.Table, ct);
            var events = await model.CatchUp(shadow, stored, moment, seen, ct);
            (seen, total) = (moment.Horizon, total + events);
            if (events <= Few) break;
            await run.Advance("catching up", total, total, 0, ct);
        }
        return (seen, total);
    }

    /// <summary>
    /// Writers wait while the last few events are taken in; then both tables are compared as they were at that moment, and writing goes on.
    /// </summary>
    private async Task<Comparison> Compare(
        ReadModel model, ShadowTable shadow, StoredEvents stored, Horizon seen, Action<Horizon> now, CancellationToken ct)
    {
        Moment? both = null;
        try
        {
            await Locked(shadow, "exclusive", async _ =>
            {
                await using (var moment = await Moment.Take(database, stored.Table, ct))
                {
                    await model.CatchUp(shadow, stored, moment, seen, ct);
                    now(moment.Horizon);
                }
                both = await Moment.Take(database, stored.Table, ct);
            }, ct);
            return await shadow.Compare(both!.Connection, null, ct);
        }
        finally
        {
            if (both is not null) await both.DisposeAsync();
        }
    }

    private async Task One(
        RunningReplay run, ReadModel model, ShadowTable shadow, StoredEvents stored, string stream, CancellationToken ct) =>
        await Locked(shadow, "exclusive", async transaction =>
        {
            await using (var moment = await Moment.Take(database, stored.Table, ct)) await model.Only(stream, shadow, stored, moment, ct);
            var comparison = await shadow.Compare(transaction.Connection!, stream, ct);
            if (run.Replay.Mode == ReplayMode.Apply) await shadow.TakePlace(transaction.Connection!, stream, ct);
            await run.Complete(1, comparison, transaction, ct);
            await transaction.CommitAsync(ct);
        }, ct);

    /// <summary>
    /// Does something while the live table is locked. Whoever waits behind a lock that is waited for waits too, so it is not waited for
    /// long: a reader that takes its time makes the replay try again, not the other readers wait.
    /// </summary>
    private async Task Locked(ShadowTable shadow, string mode, Func<NpgsqlTransaction, Task> work, CancellationToken ct)
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
