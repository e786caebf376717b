using System.ComponentModel.DataAnnotations;
using Marten;
using Marten.Linq.MatchesSql;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.EventSourcing;
using Platform.EventSourcing.Replays;

namespace Platform.Hosting.Admin;

/// <summary>
/// <c>POST replays</c> asks for one (202), <c>GET replays</c> and <c>GET replays/{id}</c> say how far they are, <c>DELETE replays/{id}</c>
/// cancels. Any replica takes the request; whichever is free does it. One for each target at a time.
/// </summary>
public sealed class Requests(
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
        admin.MapPost("/replays", async (ReplayRequest request, IdempotencyKey key, Requests requests, CancellationToken ct) =>
        {
            if (request.Mode is ReplayMode.Retry or ReplayMode.Discard) throw new Malformed("mode", "must be dryRun, verify or apply");
            if (request.Target.StartsWith(HandleFailures.Prefix, StringComparison.Ordinal))
                throw new Malformed("target", "failures are retried and discarded at POST failures/{group}");
            return await requests.Take(
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
        }).Looks();

        admin.MapGet("/replays/{id:guid}", async (Guid id, IQuerySession session, CancellationToken ct) =>
            ReplayItem.Of(await session.LoadAsync<Replay>(Replay.Stream(id), ct) ?? throw new NotFound("There is no replay with this id.")))
                .Looks();

        admin.MapDelete("/replays/{id:guid}", async (
            Guid id, Decider decider, Actor actor, TimeProvider clock, SecurityLog security, IQuerySession session, CancellationToken ct) =>
        {
            var decision = await decider.Decide<Replay>(Replay.Stream(id), r => Replay.Cancel(r, actor.Name, clock.Now()), ct);
            if (decision.Changed) security.Acted("replay-cancelled", actor.Name, Replay.Stream(id));
            return ReplayItem.Of((await session.LoadAsync<Replay>(Replay.Stream(id), ct))!);
        }).Requires(Roles.Admin);
    }

    /// <summary>Takes a request, or says no: unknown or senseless 400, another one for the same target 409.</summary>
    internal async Task<IResult> Take(
        IdempotencyKey key,
        string target,
        ReplayMode mode,
        ReplayScope scope,
        int? perSecond,
        string reason,
        CancellationToken ct)
    {
        var id = key.Value ?? Guid.CreateVersion7(clock.GetUtcNow());
        var wanted = new ReplayRequested(target, mode, scope, perSecond, reason.Trim(), actor.Name, clock.Now());
        if (wanted.Reason.Length == 0) throw new Malformed("reason", "must say why: it is kept with the replay");
        wanted.Reason.Visible("reason");
        var known = targets.SingleOrDefault(t => t.Knows(target))
            ?? throw new Malformed(
                "target", "must be readModel:NAME, bus, bus:QUEUE, eventTimes or schema; GET the consumers to see the names");
        // Held while looking for another one, so that two requests at once are one after the other.
        await using var alone = await locks.Acquire(ReplayRunner.LockName($"request:{target}", store), ct, TimeSpan.FromSeconds(10))
            ?? throw new Contention($"the replays to {target}");
        await using var session = store.QuerySession();
        if (await session.LoadAsync<Replay>(Replay.Stream(id), ct) is null)
        {
            if (await session.Query<Replay>().FirstOrDefaultAsync(
                r => r.Target == target && (r.Status == ReplayStatus.Queued || r.Status == ReplayStatus.Running), ct) is { } other)
                throw new Rejected(
                    $"{other.Id} to {target}, asked for by {other.By}, is {other.Status.ToString()
                        .ToLowerInvariant()}. Wait for it, or DELETE {Address(other.Id)}.");
            if (mode == ReplayMode.Apply && await replicas.Differences(ct) is { } differences)
                throw new Rejected($"{differences} Then ask again; verify and dryRun are possible now.");
            if (await known.Objection(
                new Replay { Target = target, Mode = mode, Scope = scope, PerSecond = perSecond }, ct) is { } objection)
                throw objection.Split(": ", 2) is [var field, var mend] ? new Malformed(field, mend) : new NotFound(objection);
        }
        var decision = await decider.Decide<Replay>(Replay.Stream(id), replay => Replay.Request(replay, wanted), ct);
        if (decision.Changed) security.Acted("replay-requested", actor.Name, $"{Replay.Stream(id)}: {mode} to {target} of {name.Name}");
        await using var after = store.QuerySession();
        return Results.Accepted(Address(Replay.Stream(id)), ReplayItem.Of((await after.LoadAsync<Replay>(Replay.Stream(id), ct))!));
    }

    /// <summary>Whether a replay was requested under this key before.</summary>
    internal async Task<bool> Knows(IdempotencyKey key, CancellationToken ct)
    {
        if (key.Value is not { } id) return false;
        await using var session = store.QuerySession();
        return await session.LoadAsync<Replay>(Replay.Stream(id), ct) is not null;
    }

    private string Address(string stream) => $"/admin/{name.Name}/replays/{stream[Replay.Prefix.Length..]}";
}

/// <summary>
/// What is to be replayed where, and why. <c>mode</c>: verify where it is not said. <c>eventsPerSecond</c>: for the bus, 500 where it is
/// not said.
/// </summary>
public sealed record ReplayRequest(
    [property: Required, StringLength(200, MinimumLength = 1)] string Target,
    [property: Required, Visible, StringLength(500, MinimumLength = 1)] string Reason,
    ReplayMode? Mode = null, ReplayScope? Scope = null, [property: Range(1, 100_000)] int? EventsPerSecond = null);

/// <summary>
/// A replay as admins see it. <c>PerSecond</c>: how fast it goes; <c>Expected</c>: when it should be done; <c>Summary</c>: what came of it,
/// in words.
/// </summary>
public sealed record ReplayItem(
    Guid Id, string Target, ReplayMode Mode, ReplayScope Scope, ReplayStatus State, string? Step, long Done, long Total, double PerSecond,
    DateTimeOffset? Expected, string Reason, string By,
    DateTimeOffset RequestedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, string? Replica, int Starts, string? CancelledBy,
    string? Error, Comparison? Comparison, string? Summary)
{
    internal static ReplayItem Of(Replay r) => new(
        Guid.Parse(r.Id[Replay.Prefix.Length..]), r.Target, r.Mode, r.Scope, r.Status, r.Step, r.Done, r.Total, Math.Round(r.Rate(), 1),
        r.Expected(), r.Reason, r.By,
        r.RequestedAt, r.StartedAt, r.EndedAt, r.Replica, r.Starts, r.CancelledBy, r.Error, r.Comparison, InWords(r));

    private static string? InWords(Replay r) => r switch
    {
        { Status: ReplayStatus.Completed, Target: EventTimes.Target, Comparison: { } c } =>
            FormattableString.Invariant($"{c.Same:N0} times of events are correct, {c.Differ:N0} are wrong")
            + (c.Differ == 0 ? "" : r.Mode == ReplayMode.Apply ? "; corrected" : "; apply would correct them"),
        { Status: ReplayStatus.Completed, Target: UnusedSchema.Target, Comparison: { } c } =>
            FormattableString.Invariant($"{c.Extra:N0} changes to the tables take something away")
            + (c.Extra == 0 ? "" : r.Mode == ReplayMode.Apply ? "; made" : "; apply would make them"),
        { Status: ReplayStatus.Completed, Comparison: { } c } =>
            FormattableString.Invariant($"{c.Same:N0} rows same, {c.Differ:N0} differ, {c.Missing:N0} missing, {c.Extra:N0} too many")
            + (c.Differences() == 0 ? "" : r.Mode == ReplayMode.Apply ? "; mended" : "; apply would mend them"),
        { Status: ReplayStatus.Completed } =>
            FormattableString.Invariant(
                $"{r.Done:N0} {(r.Mode is ReplayMode.Retry or ReplayMode.Discard ? "messages" : "events")} {r.Mode switch
                {
                    ReplayMode.Retry => "given back",
                    ReplayMode.Discard => "discarded",
                    ReplayMode.Apply => "sent again",
                    _ => "would be sent again",
                }}"),
        _ => null,
    };
}
