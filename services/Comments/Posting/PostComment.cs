using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Comments.Moderation;
using Comments.People;
using Comments.Threads;
using Marten;
using Platform.EventSourcing;
using Platform.PublicInput;
using Platform.Web;

namespace Comments.Posting;

/// <summary>
/// A reader comments on an article, or replies to a comment. The comment is held for moderators if the moderation policy requires it or if
/// the text looks like spam.
/// </summary>
public sealed record PostComment(
    Guid ArticleId,
    Guid? ParentId,
    string Author,
    string Text,
    DateTimeOffset Now)
{
    /// <summary>The hash of the secret with which the author can change the comment.</summary>
    public string? EditHash { get; init; }
    public Rules Rules { get; init; } = new();
    /// <summary>Why the text looks like spam and should be held; null if it does not.</summary>
    public string? SpamReason { get; init; }
    /// <summary>Whether a comment with the confirmed address of this person is visible.</summary>
    public bool Known { get; init; }
    public bool Banned { get; init; }

    public IEnumerable<object> Decide(Comment? comment, ArticleCopy? article, CommentView? parent)
    {
        var (storedParent, depth) = CommentView.PositionOfReply(ParentId, parent);
        if (comment?.Posted is { } posted)
        {
            var same = (posted.ArticleId, posted.ParentId, posted.Author, posted.Text) == (ArticleId, storedParent, Author, Text);
            if (!same) throw new Rejected("Another comment was posted with this Idempotency-Key. Use a new key for a new comment.");
            yield break;
        }
        if (article is null) throw new NotFound("There is no published article with this id.");
        if (article.Retracted) throw new Rejected("The article was retracted; its discussion is closed.");
        if (Rules.IsClosed(article.PublishedAt, Now))
            throw new Rejected($"The discussion is closed: comments are accepted for {Rules.ClosedAfterDays} days after publication.");
        if (Banned) throw new Forbidden("A moderator has banned you from commenting.");
        if (ParentId is not null && (parent is null || parent.ArticleId != ArticleId || parent.Status != CommentStatus.Shown))
            throw new Rejected(
                "The comment that you reply to does not exist or is no longer visible. Reply to another comment, or omit parentId.");
        var heldBecause = SpamReason ?? Rules.HoldReason(Known);
        yield return new CommentPosted(ArticleId, storedParent, Author, Text, Now, heldBecause) { EditHash = EditHash, Depth = depth };
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost(
            "/api/articles/{id:guid}/comments",
            async (
                Guid id,
                CommentRequest request,
                IdempotencyKey key,
                EditToken brought,
                HttpContext http,
                PostingComments posting,
                CancellationToken ct) =>
                    await posting.Post(id, request, key.Value, brought, http, ct))
            .AllowAnonymous().Produces<CommentReceipt>(201).Produces<CommentReceipt>(202).RateLimitedPerVisitor();
}

/// <summary>Collects what the decision on a new comment depends on, and stores it. As much as possible comes from memory.</summary>
public sealed class PostingComments(
    TimeProvider clock,
    Decider decider,
    IQuerySession session,
    ArticleCopies articles,
    Policies policies,
    SpamCheck spam,
    ProofOfWork work)
{
    public async Task<IResult> Post(
        Guid article,
        CommentRequest request,
        Guid? key,
        EditToken clientToken,
        HttpContext http,
        CancellationToken ct)
    {
        var now = clock.Now();
        var id = key ?? Guid.CreateVersion7(now);
        if (Visitors.IsHoneypotFilled(request.Website)) return Results.Accepted(null, new CommentReceipt(id, "held"));
        var (author, text, email) = (
            CommentText.Author(request.Author),
            CommentText.Text(request.Text),
            string.IsNullOrWhiteSpace(request.Email) ? null : request.Email.Trim());
        if (email is not null && !Mail.IsAddress(email)) throw new Malformed("email", "must be a valid e-mail address, or be omitted");
        if (request.Notify && email is null) throw new Malformed("notify", "requires email; send an e-mail address, or omit notify");
        if (spam.IsFlooded(article)) return Flooded(http);
        await work.Check(request.Proof, id, now, ct);

        var copy = await articles.Load(article, ct);
        var rules = await policies.For(article, copy?.Section, ct);
        var token = clientToken.Value is null ? EditToken.New() : clientToken;
        var client = Visitors.Client(http);
        // Omitting the address must not evade a ban: a comment without one is held if a banned person was rejected from the same client.
        string[] bans = email is not null ? BanPerson.Streams(email) : spam.RecentBan(client) is { } recent ? [recent] : [];
        var ban = bans.Length == 0 ? null : (await session.LoadManyAsync<Ban>(ct, bans)).FirstOrDefault(b => b.Banned is not null);
        if (email is not null && ban is not null) spam.RememberBan(client, ban.Id);
        var command = new PostComment(article, request.ParentId, author, text, now)
        {
            EditHash = token.Hash,
            Rules = rules,
            SpamReason = spam.HoldReason(text, client)
                ?? (email is null && ban is not null
                    ? "a banned person tried to post from this IP address in the last 24 hours"
                    : null),
            Known = email is not null && rules.Mode == ModerationMode.FirstHeld && await IsKnown(EmailHash.Of(email), ct),
            Banned = email is not null && ban is not null,
        };
        var parent = request.ParentId is { } parentId ? await session.LoadAsync<CommentView>(Streams.Comment(parentId), ct) : null;
        var contact = email is null ? null : new CommentContact(Streams.Comment(id), email, EmailHash.Of(email))
        {
            Notify = request.Notify,
            Lang = request.Lang,
            Unsubscribe = request.Notify ? EditToken.New().Value : null,
        };
        // No e-mail is sent to people who reply to themselves.
        var parentContact = parent is null ? null : await session.LoadAsync<CommentContact>(parent.Id, ct);
        var notification = parentContact is { Notify: true, ConfirmedAt: not null } && parentContact.EmailHash != contact?.EmailHash
            ? new ReplyLetter(Streams.Comment(id), parentContact.Id, id, Due: true) : null;
        var confirmation = request.Notify ? ReplyLetter.Confirmation(id) : null;
        var decision = await decider.Decide<Comment>(
            Streams.Comment(id),
            key is null ? Expected.Fresh : Expected.Any,
            c => command.Decide(c, copy, parent),
            [.. new Stored?[] { contact, notification, confirmation }.OfType<Stored>()],
            ct);
        if (decision.Changed) spam.CountPosted(article, text, client);
        http.Response.TagWithKeys(SurrogateKey.Comments(article));
        var comment = decision.State!;
        var receipt = new CommentReceipt(id, comment.StatusName)
        {
            EditToken = clientToken.Value is null && decision.Changed ? token.Value : null,
        };
        return comment.Status == CommentStatus.Shown ? Results.Created($"/api/comments/{id}", receipt) : Results.Accepted(null, receipt);
    }

    /// <summary>
    /// Whether a visible comment was confirmed by the owner of this address. Unconfirmed comments do not count, because anybody can enter
    /// any address.
    /// </summary>
    private async Task<bool> IsKnown(string emailHash, CancellationToken ct)
    {
        var comments = await session.Query<CommentContact>().Where(c => c.EmailHash == emailHash && c.ConfirmedAt != null)
            .Select(c => c.Id).Take(1000).ToListAsync(ct);
        return comments.Count > 0
            && await session.Query<CommentView>()
                .Where(c => c.Id.IsOneOf(comments.ToArray()) && c.Status == CommentStatus.Shown)
                .AnyAsync(ct);
    }

    private static IResult Flooded(HttpContext http)
    {
        http.Response.Headers.RetryAfter = 60.ToString(CultureInfo.InvariantCulture);
        return Results.Problem(
            "This discussion is receiving too many comments. Retry after the number of seconds in Retry-After.",
            statusCode: 429,
            type: "urn:problem-type:too-many-writes",
            title: "This discussion is too busy");
    }
}

/// <summary>
/// A new comment. <c>text</c> is in a subset of Markdown: paragraphs, emphasis, code, quotes, lists, links. <c>email</c> is not published.
/// With <c>notify</c>, e-mails about replies are sent to it in the language <c>lang</c> (en, ru, zh) after its owner has confirmed the
/// address with the link in a first e-mail. <c>proof</c>: the solved challenge of <c>GET /api/comments/challenge</c>, if that returns one.
/// <c>website</c> must be omitted.
/// </summary>
public sealed record CommentRequest(
    [property: Required, StringLength(CommentText.LongestAuthor, MinimumLength = 1)] string Author,
    [property: Required, StringLength(CommentText.LongestText, MinimumLength = 1)] string Text,
    Guid? ParentId = null,
    [property: EmailAddress, StringLength(254)] string? Email = null,
    bool Notify = false,
    [property: Language] string? Lang = null,
    [property: StringLength(200)] string? Website = null,
    [property: StringLength(4000)] string? Proof = null);

/// <summary>
/// The status of a posted comment: <c>shown</c> (201), or <c>held</c> for moderators (202). <c>editToken</c>: the secret with which the
/// author can change the comment. It is returned only once, and only if the client sent none.
/// </summary>
public sealed record CommentReceipt(Guid Id, string Status)
{
    public string? EditToken { get; init; }
}
