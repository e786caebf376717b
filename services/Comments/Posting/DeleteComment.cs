using Platform.EventSourcing;
using Platform.Web;

namespace Comments.Posting;

/// <summary>
/// The author of a comment, who has its edit token, deletes it within the edit window. A comment with replies leaves a tombstone.
/// </summary>
public sealed record DeleteComment(string TokenHash, DateTimeOffset Now, TimeSpan Window)
{
    public IEnumerable<object> Decide(Comment? comment)
    {
        var own = OwnComment.Of(comment, TokenHash, Now, Window);
        if (own.Status != CommentStatus.Deleted)
            yield return new CommentDeleted(own.Posted!.ArticleId, Now, own.Status == CommentStatus.Shown);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapDelete("/api/comments/{id:guid}", async (
            Guid id,
            EditToken token,
            HttpContext http,
            TimeProvider clock,
            CommentSettings settings,
            Decider decider,
            CancellationToken ct) =>
            {
                var command = new DeleteComment(token.RequiredHash(), clock.Now(), settings.EditWindow);
                var decision = await decider.Decide<Comment>(Streams.Comment(id), command.Decide, ct);
                http.Response.TagWithKeys(SurrogateKey.Comments(decision.State!.Posted!.ArticleId));
                return TypedResults.NoContent();
            }).AllowAnonymous().RateLimitedPerVisitor();
}
