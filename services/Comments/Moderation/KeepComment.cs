using Comments.Posting;
using Platform.EventSourcing;
using Platform.Web;

namespace Comments.Moderation;

/// <summary>A moderator reviewed a flagged comment and keeps it visible.</summary>
public sealed record KeepComment(DateTimeOffset Now)
{
    public IEnumerable<object> Decide(Comment? comment)
    {
        if (comment?.Posted is not { } posted) throw new NotFound("There is no comment with this id.");
        if (comment.Status != CommentStatus.Shown)
            throw new Rejected("The comment is not visible to readers. Approve or restore it instead.");
        yield return new CommentKept(posted.ArticleId, Now);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost(
            "/api/comments/{id:guid}/keep",
            async (
                Guid id,
                HttpContext http,
                TimeProvider clock,
                Decider decider,
                CancellationToken ct) =>
                (await decider.Decide<Comment>(Streams.Comment(id), new KeepComment(clock.Now()).Decide, ct))
                    .Written(http, $"/api/comments/{id}")).Requires(Roles.Moderator);
}
