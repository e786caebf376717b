using System.ComponentModel.DataAnnotations;
using Marten;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Comments;

/// <summary>A reader comments on an article, or replies to a comment. Held first where it looks like advertising.</summary>
public sealed record PostComment(Guid ArticleId, Guid? ParentId, string Author, string Text, DateTimeOffset Now)
{
    /// <summary>A comment with more links than this is seen by moderators first.</summary>
    public const int LinksWithoutModeration = 2;

    /// <summary>The hash of the secret with which it can be changed.</summary>
    public string? EditHash { get; init; }

    public IEnumerable<object> Decide(Comment? comment, ArticleCopy? article, CommentView? parent)
    {
        if (comment?.Posted is { } posted)
        {
            var same = (posted.ArticleId, posted.ParentId, posted.Author, posted.Text) == (ArticleId, ParentId, Author, Text);
            if (!same) throw new Rejected("Another comment was posted with this Idempotency-Key. Use a new key for a new comment.");
            yield break;
        }
        if (article is null) throw new NotFound("There is no published article with this id.");
        if (article.Retracted) throw new Rejected("The article was retracted; its discussion is closed.");
        if (ParentId is not null && (parent is null || parent.ArticleId != ArticleId || parent.Status != CommentStatus.Shown))
            throw new Rejected("The comment you reply to is not there (any more). Reply to another, or post without parentId.");
        yield return new CommentPosted(ArticleId, ParentId, Author, Text, Now, Suspicion(Text)) { EditHash = EditHash };
    }

    /// <summary>Why moderators should see a text before others do; null where they need not.</summary>
    internal static string? Suspicion(string text) => CommentText.Links(text) > LinksWithoutModeration ? $"more than {LinksWithoutModeration} links" : null;

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/articles/{id:guid}/comments", async (Guid id, CommentRequest request, IdempotencyKey key, EditToken brought, HttpContext http, TimeProvider clock, Decider decider, IQuerySession session, CancellationToken ct) =>
        {
            var token = brought.Value is null ? EditToken.New() : brought;
            var command = new PostComment(id, request.ParentId, CommentText.Author(request.Author), CommentText.Text(request.Text), clock.Now()) { EditHash = token.Hash };
            if (request.Email is { } email && !Mail.IsAddress(email.Trim())) throw new Malformed("email", "must be an address, or be left out");
            var article = await session.LoadAsync<ArticleCopy>(Streams.Article(id), ct);
            var parent = request.ParentId is { } parentId ? await session.LoadAsync<CommentView>(Streams.Comment(parentId), ct) : null;
            var commentId = key.Value ?? Guid.CreateVersion7(command.Now);
            Comment? state = null;
            var decision = await decider.Decide<Comment>(Streams.Comment(commentId), key.Value is null ? Expected.Fresh : Expected.Any,
                comment => Comment.Remember(comment, command.Decide(comment, article, parent), s => state = s), CommentContact.Beside(commentId, request.Email), ct);
            http.Response.Name(Streams.Comments(id));
            var receipt = new CommentReceipt(commentId, state!.Receipt) { EditToken = brought.Value is null && decision.Changed ? token.Value : null };
            return state.Status == CommentStatus.Shown ? Results.Created($"/api/comments/{commentId}", receipt) : Results.Accepted(null, receipt);
        });
}

/// <summary>
/// A comment as a reader sends it; <c>text</c> in a subset of Markdown: paragraphs, emphasis, code, quotes, lists, links. <c>email</c> is shown to nobody.
/// </summary>
public sealed record CommentRequest(
    [property: Required, StringLength(CommentText.LongestAuthor, MinimumLength = 1)] string Author,
    [property: Required, StringLength(CommentText.LongestText, MinimumLength = 1)] string Text,
    Guid? ParentId = null,
    [property: EmailAddress, StringLength(254)] string? Email = null);

/// <summary>
/// What became of it: <c>shown</c> at once (201), or <c>held</c> for moderation (202). <c>editToken</c>: the secret for changing it, told this once, unless the caller brought one.
/// </summary>
public sealed record CommentReceipt(Guid Id, string Status)
{
    public string? EditToken { get; init; }
}
