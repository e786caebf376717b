using System.ComponentModel.DataAnnotations;
using Comments.Moderation;
using Comments.Threads;
using Marten;
using Platform.EventSourcing;
using Platform.Web;

namespace Comments.Posting;

/// <summary>
/// The author of a comment, who has its edit token, changes the text within the edit window. The new text is checked like that of a new
/// comment, and a held comment stays held.
/// </summary>
public sealed record EditComment(string TokenHash, string Text, DateTimeOffset Now, TimeSpan Window)
{
    public Rules Rules { get; init; } = new();
    /// <summary>Why the text looks like spam and should be held; null if it does not.</summary>
    public string? SpamReason { get; init; }

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
            SpamReason ?? Rules.HoldReason(known: own.Status == CommentStatus.Shown),
            own.Status == CommentStatus.Shown);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPut("/api/comments/{id:guid}", async (
            Guid id,
            EditRequest request,
            EditToken token,
            HttpContext http,
            TimeProvider clock,
            CommentSettings settings,
            Policies policies,
            SpamCheck spam,
            Decider decider,
            IQuerySession session,
            CancellationToken ct) =>
        {
            var (hash, text) = (token.RequiredHash(), CommentText.Text(request.Text));
            var view = await session.LoadAsync<CommentView>(Streams.Comment(id), ct)
                ?? throw new NotFound("There is no comment with this id.");
            var article = await session.LoadAsync<ArticleCopy>(Streams.Article(view.ArticleId), ct);
            var command = new EditComment(hash, text, clock.Now(), settings.EditWindow)
            {
                Rules = await policies.For(view.ArticleId, article?.Section, ct),
                SpamReason = spam.HoldReason(text),
            };
            var decision = await decider.Decide<Comment>(Streams.Comment(id), command.Decide, ct);
            http.Response.TagWithKeys(SurrogateKey.Comments(view.ArticleId));
            return new CommentReceipt(id, decision.State!.StatusName);
        }).AllowAnonymous().RateLimitedPerVisitor();
}

/// <summary>The new <c>text</c>, in the same subset of Markdown as a new comment.</summary>
public sealed record EditRequest([property: Required, StringLength(CommentText.LongestText, MinimumLength = 1)] string Text);
