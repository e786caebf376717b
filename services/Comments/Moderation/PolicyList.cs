using Marten;
using Platform.Web;

namespace Comments.Moderation;

/// <summary>Lists the moderation policies that were set, for moderators.</summary>
public static class PolicyList
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/moderation/policies", async (IQuerySession session, CancellationToken ct) =>
            new
            {
                items = (await session.Query<ModerationPolicy>().OrderBy(p => p.Id).ToListAsync(ct)).Select(
                    p => new PolicyItem(p.Id["policy-".Length..], p.Mode, p.ClosedAfterDays)),
            }).Requires(Roles.Moderator);
}

/// <summary>One policy; <c>of</c> says what it applies to: <c>all</c>, <c>section-KEY</c> or <c>article-ID</c>.</summary>
public sealed record PolicyItem(string Of, ModerationMode? Mode, int? ClosedAfterDays);
