using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Marten;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Comments;

/// <summary>A reader comments on an article, or replies to a comment. Held first where it looks like advertising.</summary>
public sealed partial record PostComment(Guid ArticleId, Guid? ParentId, string Author, string Text, DateTimeOffset Now)
{
    /// <summary>A comment with more links than this is seen by moderators first.</summary>
    public const int LinksWithoutModeration = 2;

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
        yield return new CommentPosted(ArticleId, ParentId, Author, Text, Now, TooManyLinks(Text) ? $"more than {LinksWithoutModeration} links" : null);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/articles/{id:guid}/comments", async (Guid id, CommentRequest request, IdempotencyKey key, HttpContext http, TimeProvider clock, Decider decider, IQuerySession session, CancellationToken ct) =>
        {
            var command = new PostComment(id, request.ParentId, request.Author.Trim(), request.Text.Trim(), clock.Now());
            if (command.Author.Length == 0) throw new Malformed("author", "must not be blank");
            if (command.Text.Length == 0) throw new Malformed("text", "must not be blank");
            var article = await session.LoadAsync<ArticleCopy>(Streams.Article(id), ct);
            var parent = request.ParentId is { } parentId ? await session.LoadAsync<CommentView>(Streams.Comment(parentId), ct) : null;
            var commentId = key.Value ?? Guid.CreateVersion7(command.Now);
            Comment? state = null;
            await decider.Decide<Comment>(Streams.Comment(commentId), key.Value is null ? Expected.Fresh : Expected.Any, comment => Remember(comment, command.Decide(comment, article, parent), s => state = s), ct);
            http.Response.Name(Streams.Comments(id));
            var held = state!.Status != CommentStatus.Shown;
            var receipt = new CommentReceipt(commentId, held ? "held" : "shown");
            return held ? Results.Accepted(null, receipt) : Results.Created($"/api/articles/{id}/comments", receipt);
        });

    private static object[] Remember(Comment? before, IEnumerable<object> events, Action<Comment> after)
    {
        var decided = events.ToArray();
        after(decided.Aggregate(before ?? new Comment(), (state, e) => state.Evolve(e)));
        return decided;
    }

    private static bool TooManyLinks(string text) => Link().Count(text) > LinksWithoutModeration;

    [GeneratedRegex(@"https?://|www\.", RegexOptions.IgnoreCase)]
    private static partial Regex Link();
}

/// <summary>A comment as a reader sends it; <c>text</c> is plain text.</summary>
public sealed record CommentRequest(
    [property: Required, StringLength(80, MinimumLength = 1)] string Author,
    [property: Required, StringLength(5000, MinimumLength = 1)] string Text,
    Guid? ParentId = null);

/// <summary>What became of it: <c>shown</c> at once (201), or <c>held</c> for moderation (202).</summary>
public sealed record CommentReceipt(Guid Id, string Status);
