using Comments.People;
using Comments.Posting;
using Platform.EventSourcing;
using Platform.Web;

namespace Comments.Moderation;

/// <summary>A moderator hides a comment, so that only moderators can see it.</summary>
public sealed record HideComment(string Reason)
{
    public IEnumerable<object> Decide(Comment? comment)
    {
        if (comment?.Posted is null) throw new NotFound("There is no comment with this id.");
        if (comment.Status is not (CommentStatus.Hidden or CommentStatus.Deleted))
            yield return new CommentHidden(comment.Posted.ArticleId, Reason, comment.Status == CommentStatus.Shown);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost(
            "/api/comments/{id:guid}/hide",
            (
                Guid id,
                ReasonRequest request,
                HttpContext http,
                Decider decider,
                CancellationToken ct) =>
                ModerateComments.ModerateOne(id, new HideComment(request.Trimmed()).Decide, http, decider, ct)).Requires(Roles.Moderator);
}
