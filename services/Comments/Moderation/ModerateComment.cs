using System.ComponentModel.DataAnnotations;
using Comments.People;
using Comments.Posting;
using Platform.EventSourcing;
using Platform.Web;

namespace Comments.Moderation;

/// <summary>A moderator makes a held or hidden comment visible to readers.</summary>
public sealed record ApproveComment
{
    public IEnumerable<object> Decide(Comment? comment)
    {
        if (comment?.Posted is null) throw new NotFound("There is no comment with this id.");
        if (comment.Status == CommentStatus.Deleted) throw new Rejected("The comment was deleted and cannot be made visible again.");
        if (comment.Status != CommentStatus.Shown) yield return new CommentApproved(comment.Posted.ArticleId);
    }
}

/// <summary>A moderator makes a hidden comment visible again.</summary>
public sealed record RestoreComment
{
    public IEnumerable<object> Decide(Comment? comment)
    {
        if (comment?.Status == CommentStatus.Held) throw new Rejected("The comment is held, not hidden. Approve it instead.");
        return new ApproveComment().Decide(comment);
    }
}

/// <summary>A moderator hides a comment, so that only moderators can see it.</summary>
public sealed record HideComment(string Reason)
{
    public IEnumerable<object> Decide(Comment? comment)
    {
        if (comment?.Posted is null) throw new NotFound("There is no comment with this id.");
        if (comment.Status is not (CommentStatus.Hidden or CommentStatus.Deleted))
            yield return new CommentHidden(comment.Posted.ArticleId, Reason, comment.Status == CommentStatus.Shown);
    }
}

/// <summary>
/// Approves, hides or restores one comment or many. In a bulk request each comment is decided separately, and the response contains the
/// outcome for each.
/// </summary>
public static class ModerateComment
{
    /// <summary>The maximum number of comments in a bulk request.</summary>
    public const int MaxBulkCount = 100;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost(
            "/api/comments/{id:guid}/approve",
            (Guid id, HttpContext http, Decider decider, CancellationToken ct) =>
                ModerateOne(id, new ApproveComment().Decide, http, decider, ct)).Requires(Roles.Moderator);
        app.MapPost(
            "/api/comments/{id:guid}/restore",
            (Guid id, HttpContext http, Decider decider, CancellationToken ct) =>
                ModerateOne(id, new RestoreComment().Decide, http, decider, ct)).Requires(Roles.Moderator);
        app.MapPost(
            "/api/comments/{id:guid}/hide",
            (
                Guid id,
                ReasonRequest request,
                HttpContext http,
                Decider decider,
                CancellationToken ct) =>
                ModerateOne(id, new HideComment(request.Trimmed()).Decide, http, decider, ct)).Requires(Roles.Moderator);
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
    }

    private static async Task<WrittenAnswer> ModerateOne(
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
