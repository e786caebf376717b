using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Marten;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Comments;

/// <summary>
/// A reader comments on an article, or replies to a comment. Moderators see it first where the rules say so, or where it looks like
/// advertising.
/// </summary>
public sealed record PostComment(Guid ArticleId, Guid? ParentId, string Author, string Text, DateTimeOffset Now)
{
    /// <summary>The hash of the secret with which it can be changed.</summary>
    public string? EditHash { get; init; }
    public Rules Rules { get; init; } = new();
    /// <summary>Why its text should be looked at first; null where it need not.</summary>
    public string? Suspicion { get; init; }
    /// <summary>Something of this person is shown already.</summary>
    public bool Known { get; init; }
    public bool Banned { get; init; }

    public IEnumerable<object> Decide(Comment? comment, ArticleCopy? article, CommentView? parent)
    {
        var (place, depth) = CommentView.PlaceOfReply(ParentId, parent);
        if (comment?.Posted is { } posted)
        {
            var same = (posted.ArticleId, posted.ParentId, posted.Author, posted.Text) == (ArticleId, place, Author, Text);
            if (!same) throw new Rejected("Another comment was posted with this Idempotency-Key. Use a new key for a new comment.");
            yield break;
        }
        if (article is null) throw new NotFound("There is no published article with this id.");
        if (article.Retracted) throw new Rejected("The article was retracted; its discussion is closed.");
        if (Rules.IsClosed(article.PublishedAt, Now))
            throw new Rejected($"The discussion is closed: articles are discussed for {Rules.ClosedAfterDays} days here.");
        if (Banned) throw new Forbidden("A moderator has excluded you from the discussions.");
        if (ParentId is not null && (parent is null || parent.ArticleId != ArticleId || parent.Status != CommentStatus.Shown))
            throw new Rejected("The comment you reply to is not there (any more). Reply to another, or post without parentId.");
        var heldBecause = Suspicion ?? Rules.Holds(Known);
        yield return new CommentPosted(ArticleId, place, Author, Text, Now, heldBecause) { EditHash = EditHash, Depth = depth };
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
            .AllowAnonymous().Produces<CommentReceipt>(201).Produces<CommentReceipt>(202).LimitedPerVisitor();
}

/// <summary>What is asked before a comment is decided on: memory as far as possible, and the article.</summary>
public sealed class PostingComments(
    TimeProvider clock, Decider decider, IQuerySession session, Policies policies, Suspicion suspicion, ProofOfWork work)
{
    public async Task<IResult> Post(
        Guid article, CommentRequest request, Guid? key, EditToken brought, HttpContext http, CancellationToken ct)
    {
        var now = clock.Now();
        var id = key ?? Guid.CreateVersion7(now);
        if (Visitors.IsRobot(request.Website)) return Results.Accepted(null, new CommentReceipt(id, "held"));
        var (author, text, email) = (
            CommentText.Author(request.Author),
            CommentText.Text(request.Text),
            string.IsNullOrWhiteSpace(request.Email) ? null : request.Email.Trim());
        if (email is not null && !Mail.IsAddress(email)) throw new Malformed("email", "must be an address, or be left out");
        if (request.Notify && email is null) throw new Malformed("notify", "needs an email to write to");
        if (suspicion.IsFlooded(article)) return Flooded(http);
        await work.Check(request.Proof, id, now, ct);

        var copy = await session.LoadAsync<ArticleCopy>(Streams.Article(article), ct);
        var rules = await policies.For(article, copy?.Section, ct);
        var token = brought.Value is null ? EditToken.New() : brought;
        var client = Visitors.Client(http);
        // Leaving the address out does not lift a ban: who was just refused, and tries without one, is held.
        string[] bans = email is not null ? BanPerson.Streams(email) : suspicion.RefusedLately(client) is { } lately ? [lately] : [];
        var ban = bans.Length == 0 ? null : (await session.LoadManyAsync<Ban>(ct, bans)).FirstOrDefault(b => b.Banned is not null);
        if (email is not null && ban is not null) suspicion.Refused(client, ban.Id);
        var command = new PostComment(article, request.ParentId, author, text, now)
        {
            EditHash = token.Hash,
            Rules = rules,
            Suspicion = suspicion.Of(text, client)
                ?? (email is null && ban is not null ? "a banned person tried to post from there today" : null),
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
        // An answer to one's own comment is no news.
        var asked = parent is null ? null : await session.LoadAsync<CommentContact>(parent.Id, ct);
        var letter = asked is { Notify: true, ConfirmedAt: not null } && asked.EmailHash != contact?.EmailHash
            ? new ReplyLetter(Streams.Comment(id), asked.Id, id, Due: true) : null;
        var question = request.Notify ? ReplyLetter.Confirmation(id) : null;
        Comment? state = null;
        var decision = await decider.Decide<Comment>(Streams.Comment(id), key is null ? Expected.Fresh : Expected.Any,
            comment => Comment.Remember(comment, command.Decide(comment, copy, parent), s => state = s),
            CommentContact.Beside(contact, letter, question), ct);
        if (decision.Changed) suspicion.Stored(article, text, client);
        http.Response.Name(Streams.Comments(article));
        var receipt = new CommentReceipt(id, state!.Receipt) { EditToken = brought.Value is null && decision.Changed ? token.Value : null };
        return state.Status == CommentStatus.Shown ? Results.Created($"/api/comments/{id}", receipt) : Results.Accepted(null, receipt);
    }

    /// <summary>Whether readers see something that the owner of this address confirmed: anybody can type an address.</summary>
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
            "So many write here at once that nobody could read it. Wait as long as Retry-After says, then go on.",
            statusCode: 429,
            type: "urn:problem-type:too-many-writes",
            title: "This discussion is too busy");
    }
}

/// <summary>
/// A comment as a reader sends it; <c>text</c> in a subset of Markdown: paragraphs, emphasis, code, quotes, lists, links.
/// <c>email</c> is shown to nobody; with <c>notify</c> it is sent e-mails about answers, in <c>lang</c> (en, ru, zh), once the link in
/// a first e-mail was confirmed. <c>proof</c>: a solved challenge of <c>GET /api/comments/challenge</c>, where that gives one;
/// <c>website</c>: leave it out.
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
/// What became of it: <c>shown</c> at once (201), or <c>held</c> for moderation (202). <c>editToken</c>: the secret for changing it, told
/// this once, unless the caller brought one.
/// </summary>
public sealed record CommentReceipt(Guid Id, string Status)
{
    public string? EditToken { get; init; }
}
