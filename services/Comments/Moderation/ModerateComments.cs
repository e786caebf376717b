using System.ComponentModel.DataAnnotations;
using Comments.Posting;
using Platform.EventSourcing;
using Platform.Web;

namespace Comments.Moderation;

/// <summary>
/// Approves, hides or restores many comments. Each comment is decided separately, and the response contains the outcome for each.
/// </summary>
public static class ModerateComments
{
    /// <summary>The maximum number of comments in a bulk request.</summary>
    public const int MaxBulkCount = 100;

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/moderation/comments/bulk", async (BulkRequest request, HttpContext http, Decider decider, CancellationToken ct) =>
        {
            if (request.Action == BulkAction.Hide && string.IsNullOrWhiteSpace(request.Reason))
                throw new Malformed("reason", "is required to hide comments; only moderators see it");
            if (request.Ids.Count is 0 or > MaxBulkCount)
                throw new Malformed("ids", $"must contain 1 to {MaxBulkCount} comment ids");
            Func<Comment?, IEnumerable<object>> decide = request.Action switch
            {
                BulkAction.Approve => new ApproveComment().Decide,
                BulkAction.Restore => new RestoreComment().Decide,
                _ => new HideComment(request.Reason!.Trim()).Decide,
            };
            var outcomes = await Task.WhenAll(request.Ids.Distinct().Select(id => TryModerate(id, decide, decider, ct)));
            http.Response.TagWithKeys(
                outcomes.Where(o => o.Article is not null).Select(o => SurrogateKey.Comments(o.Article!.Value)).Distinct());
            return new { items = outcomes.Select(o => o.Item) };
        }).Requires(Roles.Moderator);

    /// <summary>Decides on one comment, and writes the response of a request for a single comment.</summary>
    internal static async Task<WrittenAnswer> ModerateOne(
        Guid id,
        Func<Comment?, IEnumerable<object>> decide,
        HttpContext http,
        Decider decider,
        CancellationToken ct)
    {
        var decision = await decider.Decide(Streams.Comment(id), decide, ct);
        http.Response.TagWithKeys(SurrogateKey.Comments(decision.State!.Posted!.ArticleId));
        return decision.Written(http, $"/api/comments/{id}");
    }

    private static async Task<(Guid? Article, BulkItem Item)> TryModerate(
        Guid id, Func<Comment?, IEnumerable<object>> decide, Decider decider, CancellationToken ct)
    {
        try
        {
            var decision = await decider.Decide(Streams.Comment(id), decide, ct);
            return (decision.State!.Posted!.ArticleId, new(id, decision.Changed ? BulkOutcome.Done : BulkOutcome.Unchanged, null));
        }
        catch (Exception e) when (e is Rejected or NotFound)
        {
            return (null, new(id, BulkOutcome.Refused, e.Message));
        }
    }
}

/// <summary>The action of a bulk request.</summary>
public enum BulkAction { Approve, Hide, Restore }

/// <summary>The outcome of a bulk request for one comment.</summary>
public enum BulkOutcome { Done, Unchanged, Refused }

/// <summary><c>action</c>: approve, hide or restore; <c>reason</c>: required to hide comments.</summary>
public sealed record BulkRequest(BulkAction Action, IReadOnlyList<Guid> Ids, [property: Visible, StringLength(500)] string? Reason = null);

/// <summary>The outcome for one comment; <c>why</c>: the reason if the action was rejected.</summary>
public sealed record BulkItem(Guid Id, BulkOutcome Outcome, string? Why);
