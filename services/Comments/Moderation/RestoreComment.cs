using Comments.Posting;
using Platform.EventSourcing;
using Platform.Web;

namespace Comments.Moderation;

/// <summary>A moderator makes a hidden comment visible again.</summary>
public sealed record RestoreComment
{
    public IEnumerable<object> Decide(Comment? comment)
    {
        if (comment?.Status == CommentStatus.Held) throw new Rejected("The comment is held, not hidden. Approve it instead.");
        return new ApproveComment().Decide(comment);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost(
            "/api/comments/{id:guid}/restore",
            (Guid id, HttpContext http, Decider decider, CancellationToken ct) =>
                ModerateComments.ModerateOne(id, new RestoreComment().Decide, http, decider, ct)).Requires(Roles.Moderator);
}
