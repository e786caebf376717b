using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Marten;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Comments;

/// <summary>
/// Whoever wrote a comment, and can prove it, changes its text for a while. What would be held if it were new is held now, and what is held
/// stays so.
/// </summary>
public sealed record EditComment(string TokenHash, string Text, DateTimeOffset Now, TimeSpan Window)
{
    public Rules Rules { get; init; } = new();
    /// <summary>Why its text should be looked at first; null where it need not.</summary>
    public string? Suspicion { get; init; }

    public IEnumerable<object> Decide(Comment? comment)
    {
        var own = OwnComment.Of(comment, TokenHash, Now, Window);
        if (own.Status == CommentStatus.Deleted) throw new NotFound("There is no comment with this id.");
        if (own.Status == CommentStatus.Hidden) throw new Rejected("A moderator has hidden this comment; it cannot be changed.");
        if (own.Text == Text) yield break;
        yield return new CommentEdited(
            own.Posted!.ArticleId,
            Text,
            Now,
            Suspicion ?? Rules.Holds(known: own.Status == CommentStatus.Shown),
            own.Status == CommentStatus.Shown);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPut("/api/comments/{id:guid}", async (
            Guid id, EditRequest request, EditToken token, HttpContext http, TimeProvider clock, CommentSettings settings,
            Policies policies, Suspicion suspicion, Decider decider, IQuerySession session, CancellationToken ct) =>
        {
            var (hash, text) = (token.Required(), CommentText.Text(request.Text));
            var view = await session.LoadAsync<CommentView>(Streams.Comment(id), ct)
                ?? throw new NotFound("There is no comment with this id.");
            var article = await session.LoadAsync<ArticleCopy>(Streams.Article(view.ArticleId), ct);
            var command = new EditComment(hash, text, clock.Now(), settings.EditWindow)
            {
                Rules = await policies.For(view.ArticleId, article?.Section, ct),
                Suspicion = suspicion.Of(text),
            };
            Comment? after = null;
            await decider.Decide<Comment>(
                Streams.Comment(id), comment => Comment.Remember(comment, command.Decide(comment), s => after = s), ct);
            http.Response.Name(Streams.Comments(after!.Posted!.ArticleId));
            return new CommentReceipt(id, after.Receipt);
        }).AllowAnonymous().LimitedPerVisitor();
}

/// <summary>Whoever wrote a comment, and can prove it, takes it away for a while after. What was answered leaves a tombstone.</summary>
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
                var command = new DeleteComment(token.Required(), clock.Now(), settings.EditWindow);
                Comment? seen = null;
                await decider.Decide<Comment>(Streams.Comment(id), comment => command.Decide(seen = comment), ct);
                http.Response.Name(Streams.Comments(seen!.Posted!.ArticleId));
                return TypedResults.NoContent();
            }).AllowAnonymous().LimitedPerVisitor();
}

/// <summary>What may be done to a comment by whoever wrote it.</summary>
internal static class OwnComment
{
    /// <summary>The comment, if it is theirs and the time is not over.</summary>
    public static Comment Of(Comment? comment, string tokenHash, DateTimeOffset now, TimeSpan window)
    {
        if (comment?.Posted is not { } posted) throw new NotFound("There is no comment with this id.");
        if (posted.EditHash is null
            || !CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(posted.EditHash), Encoding.ASCII.GetBytes(tokenHash)))
            throw new Forbidden("This Edit-Token is not the one of this comment.");
        if (now > posted.PostedAt + window)
            throw new Rejected($"A comment can be changed for {window.TotalMinutes:0} minutes; that time is over.");
        return comment;
    }
}

/// <summary>The new <c>text</c>, in the same subset of Markdown.</summary>
public sealed record EditRequest([property: Required, StringLength(CommentText.LongestText, MinimumLength = 1)] string Text);
