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

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost(
            "/api/comments/{id:guid}/approve",
            (Guid id, HttpContext http, Decider decider, CancellationToken ct) =>
                ModerateComments.ModerateOne(id, new ApproveComment().Decide, http, decider, ct)).Requires(Roles.Moderator);
}
