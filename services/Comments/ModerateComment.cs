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

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/comments/{id:guid}/approve", async (Guid id, HttpContext http, Decider decider, CancellationToken ct) =>
        {
            Comment? seen = null;
            var decision = await decider.Decide<Comment>(Streams.Comment(id), comment => new ApproveComment().Decide(seen = comment), ct);
            http.Response.Name(Streams.Comments(seen!.Posted!.ArticleId));
            return decision.Written(http, $"/api/comments/{id}");
        }).Requires(Roles.Moderator);
}

/// <summary>A moderator hides a comment from everybody but moderators.</summary>
public sealed record HideComment(string Reason)
{
    public IEnumerable<object> Decide(Comment? comment)
    {
        if (comment?.Posted is null) throw new NotFound("There is no comment with this id.");
        if (comment.Status is not (CommentStatus.Hidden or CommentStatus.Deleted)) yield return new CommentHidden(comment.Posted.ArticleId, Reason, comment.Status == CommentStatus.Shown);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/comments/{id:guid}/hide", async (Guid id, HideRequest request, HttpContext http, Decider decider, CancellationToken ct) =>
        {
            Comment? seen = null;
            var decision = await decider.Decide<Comment>(Streams.Comment(id), comment => new HideComment(request.Reason.Trim()).Decide(seen = comment), ct);
            http.Response.Name(Streams.Comments(seen!.Posted!.ArticleId));
            return decision.Written(http, $"/api/comments/{id}");
        }).Requires(Roles.Moderator);
}

/// <summary><c>reason</c>: for other moderators.</summary>
public sealed record HideRequest([property: Required, StringLength(500, MinimumLength = 1)] string Reason);
