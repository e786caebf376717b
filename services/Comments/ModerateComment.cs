using System.ComponentModel.DataAnnotations;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Comments;

/// <summary>A moderator shows a held or hidden comment to everybody.</summary>
public sealed record ApproveComment
{
    public IEnumerable<object> Decide(Comment? comment)
    {
        if (comment?.Posted is null) throw new NotFound("There is no comment with this id.");
        if (comment.Status == CommentStatus.Deleted) throw new Rejected("Whoever wrote it took it away.");
        if (comment.Status != CommentStatus.Shown) yield return new CommentApproved(comment.Posted.ArticleId);
    }
}

/// <summary>A moderator takes back that a comment was hidden.</summary>
public sealed record RestoreComment
{
    public IEnumerable<object> Decide(Comment? comment)
    {
        if (comment?.Status == CommentStatus.Held) throw new Rejected("It was never hidden; it is held. Approve it.");
        return new ApproveComment().Decide(comment);
    }
}

/// <summary>A moderator hides a comment from everybody but moderators.</summary>
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
/// What moderators do to one comment, or to many at once: each is decided for itself, and the answer says of each what came of it.
/// </summary>
public static class ModerateComment
{
    /// <summary>So many at once.</summary>
    public const int Most = 100;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost(
            "/api/comments/{id:guid}/approve",
            (Guid id, HttpContext http, Decider decider, CancellationToken ct) => One(id, new ApproveComment().Decide, http, decider, ct))
                .Requires(Roles.Moderator);
        app.MapPost(
            "/api/comments/{id:guid}/restore",
            (Guid id, HttpContext http, Decider decider, CancellationToken ct) => One(id, new RestoreComment().Decide, http, decider, ct))
                .Requires(Roles.Moderator);
        app.MapPost(
            "/api/comments/{id:guid}/hide",
            (Guid id, ReasonRequest request, HttpContext http, Decider decider, CancellationToken ct) =>
                One(id, new HideComment(request.Trimmed()).Decide, http, decider, ct)).Requires(Roles.Moderator);
        app.MapPost("/api/moderation/comments/bulk", async (BulkRequest request, HttpContext http, Decider decider, CancellationToken ct) =>
        {
            if (request.Action == BulkAction.Hide && string.IsNullOrWhiteSpace(request.Reason))
                throw new Malformed("reason", "must say why, to other moderators");
            if (request.Ids.Count is 0 or > Most) throw new Malformed("ids", $"must be 1 to {Most} comments");
            Func<Comment?, IEnumerable<object>> decide = request.Action switch
            {
                BulkAction.Approve => new ApproveComment().Decide,
                BulkAction.Restore => new RestoreComment().Decide,
                _ => new HideComment(request.Reason!.Trim()).Decide,
            };
            var outcomes = await Task.WhenAll(request.Ids.Distinct().Select(id => Try(id, decide, decider, ct)));
            http.Response.Name(outcomes.Where(o => o.Article is not null).Select(o => Streams.Comments(o.Article!.Value)).Distinct());
            return new { items = outcomes.Select(o => o.Item) };
        }).Requires(Roles.Moderator);
    }

    private static async Task<WrittenAnswer> One(
        Guid id, Func<Comment?, IEnumerable<object>> decide, HttpContext http, Decider decider, CancellationToken ct)
    {
        Comment? seen = null;
        var decision = await decider.Decide<Comment>(Streams.Comment(id), comment => decide(seen = comment), ct);
        http.Response.Name(Streams.Comments(seen!.Posted!.ArticleId));
        return decision.Written(http, $"/api/comments/{id}");
    }

    private static async Task<(Guid? Article, BulkItem Item)> Try(
        Guid id, Func<Comment?, IEnumerable<object>> decide, Decider decider, CancellationToken ct)
    {
        Comment? seen = null;
        try
        {
            var decision = await decider.Decide<Comment>(Streams.Comment(id), comment => decide(seen = comment), ct);
            return (seen!.Posted!.ArticleId, new(id, decision.Changed ? BulkOutcome.Done : BulkOutcome.Unchanged, null));
        }
        catch (Exception e) when (e is Rejected or NotFound)
        {
            return (null, new(id, BulkOutcome.Refused, e.Message));
        }
    }
}

/// <summary>What is done to many comments.</summary>
public enum BulkAction { Approve, Hide, Restore }

/// <summary>What came of it for one of them.</summary>
public enum BulkOutcome { Done, Unchanged, Refused }

/// <summary><c>action</c>: approve, hide or restore; <c>reason</c>: where they are hidden, why.</summary>
public sealed record BulkRequest(BulkAction Action, IReadOnlyList<Guid> Ids, [property: Visible, StringLength(500)] string? Reason = null);

/// <summary>One of the comments; <c>why</c> it was refused.</summary>
public sealed record BulkItem(Guid Id, BulkOutcome Outcome, string? Why);
