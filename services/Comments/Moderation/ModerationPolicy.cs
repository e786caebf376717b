using System.ComponentModel.DataAnnotations;
using Marten;
using Platform.EventSourcing;
using Platform.Web;

namespace Comments.Moderation;

/// <summary>
/// Which new comments are held for moderators: none (post), all (pre), or those of people who have no visible comment yet (firstHeld).
/// </summary>
public enum ModerationMode { Post, Pre, FirstHeld }

/// <summary>
/// A moderation policy was set. A setting that is null comes from the next more general policy: of the section, or of all articles.
/// </summary>
public sealed record ModerationPolicySet(ModerationMode? Mode, int? ClosedAfterDays, DateTimeOffset SetAt);

/// <summary>The moderation policy of all articles, of one section or of one article.</summary>
public sealed record ModerationPolicy : Stored, IState<ModerationPolicy>
{
    public string Id { get; init; } = "";
    public ModerationMode? Mode { get; init; }
    public int? ClosedAfterDays { get; init; }

    public ModerationPolicy Evolve(object @event) =>
        @event is ModerationPolicySet e ? this with { Mode = e.Mode, ClosedAfterDays = e.ClosedAfterDays } : this;
}

/// <summary>The effective policy of one article: each setting comes from the most specific policy that defines it.</summary>
public sealed record Rules(ModerationMode Mode = ModerationMode.Post, int? ClosedAfterDays = null)
{
    public static Rules Of(params IEnumerable<ModerationPolicy?> mostSpecificFirst) => new(
        mostSpecificFirst.Select(p => p?.Mode).FirstOrDefault(m => m is not null) ?? ModerationMode.Post,
        mostSpecificFirst.Select(p => p?.ClosedAfterDays).FirstOrDefault(d => d is not null));

    /// <summary>Whether the discussion of an article is closed, given the time of its publication.</summary>
    public bool IsClosed(DateTimeOffset? publishedAt, DateTimeOffset now) =>
        ClosedAfterDays is { } days && publishedAt is { } since && now > since.AddDays(days);

    /// <summary>Why the policy holds a comment, regardless of its text; null if it does not.</summary>
    public string? HoldReason(bool known) => Mode switch
    {
        ModerationMode.Pre => "comments on this article need approval",
        ModerationMode.FirstHeld when !known => "no visible comment by this person yet",
        _ => null,
    };
}

/// <summary>A moderator sets the moderation policy of an article, of a section or of all articles.</summary>
public sealed record SetPolicy(ModerationMode? Mode, int? ClosedAfterDays, DateTimeOffset Now)
{
    public IEnumerable<object> Decide(ModerationPolicy? policy)
    {
        if ((policy?.Mode, policy?.ClosedAfterDays) != (Mode, ClosedAfterDays))
            yield return new ModerationPolicySet(Mode, ClosedAfterDays, Now);
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPut(
            "/api/moderation/policies/all",
            (
                PolicyRequest request,
                HttpContext http,
                TimeProvider clock,
                Decider decider,
                Policies policies,
                CancellationToken ct) =>
                Set(Streams.PolicyOfAll, request, http, clock, decider, policies, ct)).Requires(Roles.Moderator);
        app.MapPut(
            "/api/moderation/policies/sections/{key}",
            (
                string key,
                PolicyRequest request,
                HttpContext http,
                TimeProvider clock,
                Decider decider,
                Policies policies,
                CancellationToken ct) =>
                    Set(Streams.PolicyOfSection(key), request, http, clock, decider, policies, ct)).Requires(Roles.Moderator);
        app.MapPut(
            "/api/moderation/policies/articles/{id:guid}",
            (
                Guid id,
                PolicyRequest request,
                HttpContext http,
                TimeProvider clock,
                Decider decider,
                Policies policies,
                CancellationToken ct) =>
                    Set(Streams.PolicyOfArticle(id), request, http, clock, decider, policies, ct)).Requires(Roles.Moderator);
        app.MapGet("/api/moderation/policies", async (IQuerySession session, CancellationToken ct) =>
            new
            {
                items = (await session.Query<ModerationPolicy>().OrderBy(p => p.Id).ToListAsync(ct)).Select(
                    p => new PolicyItem(p.Id["policy-".Length..], p.Mode, p.ClosedAfterDays)),
            }).Requires(Roles.Moderator);
    }

    private static async Task<WrittenAnswer> Set(
        string stream,
        PolicyRequest request,
        HttpContext http,
        TimeProvider clock,
        Decider decider,
        Policies policies,
        CancellationToken ct)
    {
        var decision = await decider.Decide<ModerationPolicy>(
            stream, new SetPolicy(request.Mode, request.ClosedAfterDays, clock.Now()).Decide, ct);
        policies.Invalidate();
        return decision.Written(http, http.Request.Path);
    }
}

/// <summary>
/// <c>mode</c>: post, pre or firstHeld; <c>closedAfterDays</c>: for how many days after publication comments are accepted. A setting that
/// is omitted comes from the next more general policy.
/// </summary>
public sealed record PolicyRequest(ModerationMode? Mode = null, [property: Range(1, 36_500)] int? ClosedAfterDays = null);

/// <summary>One policy; <c>of</c> says what it applies to: <c>all</c>, <c>section-KEY</c> or <c>article-ID</c>.</summary>
public sealed record PolicyItem(string Of, ModerationMode? Mode, int? ClosedAfterDays);

/// <summary>
/// A cache of all policies, so that posting a comment needs no query for them. It is at most one second old, and is invalidated at once
/// if this replica changes a policy.
/// </summary>
public sealed class Policies(IDocumentStore store, TimeProvider clock)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);
    private (DateTimeOffset At, IReadOnlyDictionary<string, ModerationPolicy> ById)? _cached;

    public async ValueTask<Rules> For(Guid article, string? section, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (_cached is not { } cached || now - cached.At is var age && (age > MaxAge || age < TimeSpan.Zero))
            _cached = cached = (now, await Load(ct));
        return Rules.Of(
            cached.ById.GetValueOrDefault(Streams.PolicyOfArticle(article)),
            section is null ? null : cached.ById.GetValueOrDefault(Streams.PolicyOfSection(section)),
            cached.ById.GetValueOrDefault(Streams.PolicyOfAll));
    }

    public void Invalidate() => _cached = null;

    private async Task<IReadOnlyDictionary<string, ModerationPolicy>> Load(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return (await session.Query<ModerationPolicy>().ToListAsync(ct)).ToDictionary(p => p.Id);
    }
}
