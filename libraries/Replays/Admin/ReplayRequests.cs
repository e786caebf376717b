using System.ComponentModel.DataAnnotations;
using Marten;
using Marten.Linq.MatchesSql;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.EventSourcing;
using Platform.Postgres;
using Platform.Web;

namespace Platform.Replays.Admin;

/// <summary>
/// <c>POST replays</c> requests a replay (202), <c>GET replays</c> and <c>GET replays/{id}</c> report the progress, and
/// <c>DELETE replays/{id}</c> cancels. Any replica accepts the request, and any free replica runs it. Only one replay per target can be
/// queued or running.
/// </summary>
public sealed class ReplayRequests(
    IDocumentStore store,
    LockSessions locks,
    Replicas replicas,
    IEnumerable<IReplayTarget> targets,
    Decider decider,
    Actor actor,
    TimeProvider clock,
    ServiceName name,
    SecurityLog security)
{
    private sealed record Key(DateTimeOffset RequestedAt, string Id);

    internal static void Map(IEndpointRouteBuilder admin)
    {
        admin.MapPost("/replays", async (ReplayRequest request, IdempotencyKey key, ReplayRequests requests, CancellationToken ct) =>
        {
            if (request.Mode is ReplayMode.Retry or ReplayMode.Discard) throw new Malformed("mode", "must be dryRun, verify or apply");
            if (request.Target.StartsWith(HandleFailures.Prefix, StringComparison.Ordinal))
                throw new Malformed("target", "must not be a group of failures; use POST failures/{group}/retry or /discard");
            return await requests.Accept(
                key,
                request.Target,
                request.Mode ?? ReplayMode.Verify,
                request.Scope ?? new ReplayScope(),
                request.EventsPerSecond,
                request.Reason,
                ct);
        }).Produces<ReplayItem>(202).Requires(Roles.Admin);

        admin.MapGet("/replays", async (Paging paging, IQuerySession session, CancellationToken ct) =>
        {
            IQueryable<Replay> query = session.Query<Replay>();
            if (paging.After<Key>() is { } after)
                query = query.Where(r => r.MatchesSql("(d.requested_at, d.id) < (?, ?)", after.RequestedAt, after.Id));
            var rows = await query.OrderByDescending(r => r.RequestedAt).ThenByDescending(r => r.Id).Take(paging.Limit + 1).ToListAsync(ct);
            return paging.Page(rows, r => new Key(r.RequestedAt, r.Id), ReplayItem.Of);
        }).RequiresViewer();

        admin.MapGet("/replays/{id:guid}", async (Guid id, IQuerySession session, CancellationToken ct) =>
            ReplayItem.Of(await session.LoadAsync<Replay>(Replay.Stream(id), ct) ?? throw new NotFound("There is no replay with this id.")))
                .RequiresViewer();

        admin.MapDelete("/replays/{id:guid}", async (
            Guid id,
            Decider decider,
            Actor actor,
            TimeProvider clock,
            SecurityLog security,
            CancellationToken ct) =>
        {
            var decision = await decider.Decide<Replay>(Replay.Stream(id), r => Replay.Cancel(r, actor.Name, clock.Now()), ct);
            if (decision.Changed) security.Acted("replay-cancelled", actor.Name, Replay.Stream(id));
            return ReplayItem.Of(decision.State!);
        }).Requires(Roles.Admin);
    }

    /// <summary>
    /// Validates and records a replay request. Throws a 400 if the target or scope is invalid, a 409 if the target already has a replay.
    /// </summary>
    internal async Task<IResult> Accept(
        IdempotencyKey key,
        string target,
        ReplayMode mode,
        ReplayScope scope,
        int? perSecond,
        string reason,
        CancellationToken ct)
    {
        var id = key.Value ?? Guid.CreateVersion7(clock.GetUtcNow());
        var requested = new ReplayRequested(target, mode, scope, perSecond, reason.Trim(), actor.Name, clock.Now());
        if (requested.Reason.Length == 0) throw new Malformed("reason", "must not be blank; it is stored with the replay");
        requested.Reason.Visible("reason");
        var known = targets.SingleOrDefault(t => t.Handles(target))
            ?? throw new Malformed(
                "target", "must be readModel:NAME, bus, bus:QUEUE, eventTimes or schema; GET consumers returns the names");
        // The lock makes concurrent requests for one target run one after the other.
        await using var targetLock = await locks.Acquire(ReplayRunner.LockName($"request:{target}", store), ct, TimeSpan.FromSeconds(10))
            ?? throw new Contention($"the replays to {target}");
        await using var session = store.QuerySession();
        if (await session.LoadAsync<Replay>(Replay.Stream(id), ct) is null)
        {
            if (await session.Query<Replay>().FirstOrDefaultAsync(
                r => r.Target == target && (r.Status == ReplayStatus.Queued || r.Status == ReplayStatus.Running), ct) is { } other)
                throw new Rejected(
                    $"The replay {other.Id} to {target}, requested by {other.By}, is {other.Status.ToString().ToLowerInvariant()}. "
                    + $"Wait until it ends, or cancel it with DELETE {Address(other.Id)}.");
            if (mode == ReplayMode.Apply && await replicas.Differences(ct) is { } differences)
                throw new Rejected($"{differences} Then repeat the request. The modes verify and dryRun are available now.");
            if (await known.Validate(
                new Replay { Target = target, Mode = mode, Scope = scope, PerSecond = perSecond }, ct) is { } objection)
                throw objection.Split(": ", 2) is [var field, var fix] ? new Malformed(field, fix) : new NotFound(objection);
        }
        var decision = await decider.Decide<Replay>(Replay.Stream(id), replay => Replay.Request(replay, requested), ct);
        if (decision.Changed) security.Acted("replay-requested", actor.Name, $"{Replay.Stream(id)}: {mode} to {target} of {name.Name}");
        return Results.Accepted(Address(Replay.Stream(id)), ReplayItem.Of(decision.State!));
    }

    /// <summary>Whether a replay was already requested with this key.</summary>
    internal async Task<bool> HasReceived(IdempotencyKey key, CancellationToken ct)
    {
        if (key.Value is not { } id) return false;
        await using var session = store.QuerySession();
        return await session.LoadAsync<Replay>(Replay.Stream(id), ct) is not null;
    }

    private string Address(string stream) => $"/admin/{name.Name}/replays/{stream[Replay.Prefix.Length..]}";
}

/// <summary>
/// A replay request: the target and the reason. <c>mode</c>: verify by default; <c>eventsPerSecond</c>: for replays to the bus, 500 by
/// default.
/// </summary>
public sealed record ReplayRequest(
    [property: Required, StringLength(200, MinimumLength = 1)] string Target,
    [property: Required, Visible, StringLength(500, MinimumLength = 1)] string Reason,
    ReplayMode? Mode = null,
    ReplayScope? Scope = null,
    [property: Range(1, 100_000)] int? EventsPerSecond = null);

/// <summary>
/// A replay as admins see it. <c>PerSecond</c>: the current speed; <c>Expected</c>: the estimated end; <c>Summary</c>: the result in words.
/// </summary>
public sealed record ReplayItem(
    Guid Id,
    string Target,
    ReplayMode Mode,
    ReplayScope Scope,
    ReplayStatus State,
    string? Step,
    long Done,
    long Total,
    double PerSecond,
    DateTimeOffset? Expected,
    string Reason,
    string By,
    DateTimeOffset RequestedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    string? Replica,
    int Starts,
    string? CancelledBy,
    string? Error,
    Comparison? Comparison,
    string? Summary)
{
    internal static ReplayItem Of(Replay r) => new(
        Guid.Parse(r.Id[Replay.Prefix.Length..]),
        r.Target,
        r.Mode,
        r.Scope,
        r.Status,
        r.Step,
        r.Done,
        r.Total,
        Math.Round(r.Rate(), 1),
        r.Expected(),
        r.Reason,
        r.By,
        r.RequestedAt,
        r.StartedAt,
        r.EndedAt,
        r.Replica,
        r.Starts,
        r.CancelledBy,
        r.Error,
        r.Comparison,
        SummaryOf(r));

    private static string? SummaryOf(Replay r) => r switch
    {
        { Status: ReplayStatus.Completed, Target: EventTimes.Target, Comparison: { } c } =>
            FormattableString.Invariant($"{c.Same:N0} event times are correct, {c.Differ:N0} are wrong")
            + (c.Differ == 0 ? "" : r.Mode == ReplayMode.Apply ? "; corrected" : "; apply would correct them"),
        { Status: ReplayStatus.Completed, Target: UnusedSchema.Target, Comparison: { } c } =>
            FormattableString.Invariant($"{c.Extra:N0} schema changes remove something")
            + (c.Extra == 0 ? "" : r.Mode == ReplayMode.Apply ? "; applied" : "; apply would make these changes"),
        { Status: ReplayStatus.Completed, Comparison: { } c } =>
            FormattableString.Invariant($"{c.Same:N0} rows same, {c.Differ:N0} differ, {c.Missing:N0} missing, {c.Extra:N0} extra")
            + (c.Differences() == 0 ? "" : r.Mode == ReplayMode.Apply ? "; repaired" : "; apply would repair them"),
        { Status: ReplayStatus.Completed } =>
            FormattableString.Invariant(
                $"{r.Done:N0} {(r.Mode is ReplayMode.Retry or ReplayMode.Discard ? "messages" : "events")} {r.Mode switch
                {
                    ReplayMode.Retry => "returned to their queues",
                    ReplayMode.Discard => "discarded",
                    ReplayMode.Apply => "sent again",
                    _ => "would be sent again",
                }}"),
        _ => null,
    };
}
