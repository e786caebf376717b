using System.ComponentModel.DataAnnotations;
using Platform.EventSourcing;
using Platform.Web;

namespace Comments.Moderation;

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
