using Comments.Posting;
using Marten;
using Marten.Linq.MatchesSql;
using Platform.Web;

namespace Comments.Moderation;

/// <summary>
/// <c>GET /api/moderation/comments?status=held|hidden|deleted|shown&amp;article=&amp;reason=&amp;q=</c>: comments for moderators, by
/// default those that are held, oldest first, with the reason; <c>q</c> is a part of the text or of the author's name.
/// <c>GET /api/moderation/comments/{id}</c>: one comment with its complete history.
/// </summary>
public static class ModerationQueue
{
    private sealed record Key(DateTimeOffset PostedAt, string Id);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/moderation/comments", async (
            string? status,
            Guid? article,
            string? reason,
            string? q,
            Paging paging,
            IQuerySession session,
            CancellationToken ct) =>
            {
                var wanted = ParseStatus(status);
                IQueryable<CommentView> query = session.Query<CommentView>().Where(c => c.Status == wanted);
                if (wanted == CommentStatus.Shown && article is null)
                    throw new Malformed("article", "is required if status is shown");
                if (article is not null) query = query.Where(c => c.ArticleId == article);
                if (q is not null && q.Trim().Length is 0 or > 200) throw new Malformed("q", "must be 1..200 characters");
                if (q is not null)
                    query = query.Where(
                        c => c.MatchesSql("(d.data ->> 'text' ilike ? or d.data ->> 'author' ilike ?)", Pattern(q), Pattern(q)));
                if (!string.IsNullOrWhiteSpace(reason)) query = query.Where(c => c.Reason!.Contains(reason));
                if (paging.After<Key>() is { } after)
                    query = query.Where(c => c.MatchesSql("(d.posted_at, d.id) > (?, ?)", after.PostedAt, after.Id));
                var rows = await query.OrderBy(c => c.PostedAt).ThenBy(c => c.Id).Take(paging.Limit + 1).ToListAsync(ct);
                var contacts = (await session.LoadManyAsync<CommentContact>(ct, rows.Select(r => r.Id)))
                    .ToDictionary(c => c.Id, c => c.EmailHash);
                return paging.Page(rows, c => new Key(c.PostedAt, c.Id), c => ModerationItem.Of(c, contacts.GetValueOrDefault(c.Id)));
            }).Requires(Roles.Moderator);
        app.MapGet("/api/moderation/comments/{id:guid}", async (Guid id, IQuerySession session, CancellationToken ct) =>
        {
            var view = await session.LoadAsync<CommentView>(Streams.Comment(id), ct)
                ?? throw new NotFound("There is no comment with this id.");
            var contact = await session.LoadAsync<CommentContact>(view.Id, ct);
            var events = await session.Events.FetchStreamAsync(view.Id, token: ct);
            return new CommentHistory(ModerationItem.Of(view, contact?.EmailHash), [.. events.Select(HistoryItem.Of)]);
        }).Requires(Roles.Moderator);
    }

    private static string Pattern(string part) => "%"
        + part.Trim().Replace(@"\", @"\\", StringComparison.Ordinal)
            .Replace("%", @"\%", StringComparison.Ordinal)
            .Replace("_", @"\_", StringComparison.Ordinal)
        + "%";

    private static CommentStatus ParseStatus(string? status) => status switch
    {
        null or "held" => CommentStatus.Held,
        "hidden" => CommentStatus.Hidden,
        "deleted" => CommentStatus.Deleted,
        "shown" => CommentStatus.Shown,
        _ => throw new Malformed("status", "must be held, hidden, deleted or shown"),
    };
}

/// <summary>One comment as moderators see it; <c>emailHash</c> identifies the person if they left an address.</summary>
public sealed record ModerationItem(
    Guid Id,
    Guid ArticleId,
    Guid? ParentId,
    string Author,
    string Text,
    DateTimeOffset PostedAt,
    CommentStatus Status,
    string? Reason)
{
    public string? EmailHash { get; init; }
    public DateTimeOffset? EditedAt { get; init; }

    internal static ModerationItem Of(CommentView c, string? emailHash) =>
        new(Streams.Id(c.Id), c.ArticleId, c.ParentId, c.Author, c.Text, c.PostedAt, c.Status, c.Reason)
        {
            EmailHash = emailHash,
            EditedAt = c.EditedAt,
        };
}

/// <summary>A comment with its complete history, the oldest entry first.</summary>
public sealed record CommentHistory(ModerationItem Comment, IReadOnlyList<HistoryItem> History);

/// <summary>What happened to a comment, when, and by whom; the new text; the reason for holding or hiding it.</summary>
public sealed record HistoryItem(
    long Version,
    string What,
    DateTimeOffset At,
    string? By,
    string? Text,
    string? Reason)
{
    internal static HistoryItem Of(JasperFx.Events.IEvent e)
    {
        var (what, text, reason) = e.Data switch
        {
            CommentPosted p => (p.HeldBecause is null ? "posted" : "held", p.Text, p.HeldBecause),
            CommentEdited c => ("edited", c.Text, c.HeldBecause),
            CommentDeleted => ("deleted", null, null),
            CommentErased => ("erased", null, null),
            CommentKept => ("kept", null, null),
            CommentApproved => ("approved", null, null),
            CommentHidden h => ("hidden", null, h.Reason),
            _ => (e.EventTypeName, (string?)null, (string?)null),
        };
        return new(e.Version, what, e.Timestamp, e.UserName, text, reason);
    }
}
