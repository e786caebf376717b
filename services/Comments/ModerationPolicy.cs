using System.ComponentModel.DataAnnotations;
using Marten;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Comments;

/// <summary>
/// Who sees a new comment first: everybody (post), moderators (pre), or moderators where nothing of that person was ever shown (firstHeld).
/// </summary>
public enum ModerationMode { Post, Pre, FirstHeld }

/// <summary>How comments are moderated from now on; what is not said is said further up: by the section, by all.</summary>
public sealed record ModerationPolicySet(ModerationMode? Mode, int? ClosedAfterDays, DateTimeOffset SetAt);

/// <summary>What was decided for all articles, one section or one article.</summary>
public sealed record ModerationPolicy : Stored, IState<ModerationPolicy>
{
    public string Id { get; init; } = "";
    public ModerationMode? Mode { get; init; }
    public int? ClosedAfterDays { get; init; }

    public ModerationPolicy Evolve(object @event) =>
        @event is ModerationPolicySet e ? this with { Mode = e.Mode, ClosedAfterDays = e.ClosedAfterDays } : this;
}

/// <summary>What holds for one article: the nearest that was decided.</summary>
public sealed record Rules(ModerationMode Mode = ModerationMode.Post, int? ClosedAfterDays = null)
{
    public static Rules Of(params IEnumerable<ModerationPolicy?> nearestFirst) => new(
        nearestFirst.Select(p => p?.Mode).FirstOrDefault(m => m is not null) ?? ModerationMode.Post,
        nearestFirst.Select(p => p?.ClosedAfterDays).FirstOrDefault(d => d is not null));

    /// <summary>Whether the discussion of an article published then is over.</summary>
    public bool IsClosed(DateTimeOffset? publishedAt, DateTimeOffset now) =>
        ClosedAfterDays is { } days && publishedAt is { } since && now > since.AddDays(days);

    /// <summary>Why moderators see a comment first, whatever it says; null where they do not.</summary>
    public string? Holds(bool known) => Mode switch
    {
        ModerationMode.Pre => "comments are seen by moderators first here",
        ModerationMode.FirstHeld when !known => "nothing of this person was shown before",
        _ => null,
    };
}

/// <summary>A moderator decides how an article's comments, a section's or all are moderated.</summary>
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
            (PolicyRequest request, HttpContext http, TimeProvider clock, Decider decider, Policies policies, CancellationToken ct) =>
                Put(Streams.PolicyOfAll, request, http, clock, decider, policies, ct)).Requires(Roles.Moderator);
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
                    Put(Streams.PolicyOfSection(key), request, http, clock, decider, policies, ct)).Requires(Roles.Moderator);
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
                    Put(Streams.PolicyOfArticle(id), request, http, clock, decider, policies, ct)).Requires(Roles.Moderator);
        app.MapGet("/api/moderation/policies", async (IQuerySession session, CancellationToken ct) =>
            new
            {
                items = (await session.Query<ModerationPolicy>().OrderBy(p => p.Id).ToListAsync(ct)).Select(
                    p => new PolicyItem(p.Id["policy-".Length..], p.Mode, p.ClosedAfterDays)),
            }).Requires(Roles.Moderator);
    }

    private static async Task<WrittenAnswer> Put(
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
        policies.Forget();
        return decision.Written(http, http.Request.Path);
    }
}

/// <summary>
/// <c>mode</c>: post, pre or firstHeld; <c>closedAfterDays</c>: so long after publication an article may be discussed. What is left out is
/// decided further up.
/// </summary>
public sealed record PolicyRequest(ModerationMode? Mode = null, [property: Range(1, 36_500)] int? ClosedAfterDays = null);

/// <summary>One policy; <c>of</c>: <c>all</c>, <c>section-KEY</c> or <c>article-ID</c>.</summary>
public sealed record PolicyItem(string Of, ModerationMode? Mode, int? ClosedAfterDays);

/// <summary>
/// All policies, in memory and at most a second old, so that posting need not ask for them; this replica's own changes at once.
/// </summary>
public sealed class Policies(IDocumentStore store, TimeProvider clock)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);
    private (DateTimeOffset At, IReadOnlyDictionary<string, ModerationPolicy> ById)? _known;

    public async ValueTask<Rules> For(Guid article, string? section, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (_known is not { } known || now - known.At is var age && (age > Longest || age < TimeSpan.Zero))
            _known = known = (now, await Read(ct));
        return Rules.Of(
            known.ById.GetValueOrDefault(Streams.PolicyOfArticle(article)),
            section is null ? null : known.ById.GetValueOrDefault(Streams.PolicyOfSection(section)),
            known.ById.GetValueOrDefault(Streams.PolicyOfAll));
    }

    public void Forget() => _known = null;

    private async Task<IReadOnlyDictionary<string, ModerationPolicy>> Read(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return (await session.Query<ModerationPolicy>().ToListAsync(ct)).ToDictionary(p => p.Id);
    }
}
