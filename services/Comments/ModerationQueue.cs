using Marten;
using Marten.Linq.MatchesSql;
using Platform.Hosting;

namespace Comments;

/// <summary><c>GET /api/moderation/comments?status=held|hidden</c>: what waits for a moderator, oldest first, with the reason.</summary>
public static class ModerationQueue
{
    private sealed record Key(DateTimeOffset PostedAt, string Id);

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/moderation/comments", async (string? status, Paging paging, IQuerySession session, CancellationToken ct) =>
        {
            var wanted = status switch
            {
                null or "held" => CommentStatus.Held,
                "hidden" => CommentStatus.Hidden,
                _ => throw new Malformed("status", "must be held or hidden"),
            };
            IQueryable<CommentView> query = session.Query<CommentView>().Where(c => c.Status == wanted);
            if (paging.After<Key>() is { } after) query = query.Where(c => c.MatchesSql("(d.posted_at, d.id) > (?, ?)", after.PostedAt, after.Id));
            var rows = await query.OrderBy(c => c.PostedAt).ThenBy(c => c.Id).Take(paging.Limit + 1).ToListAsync(ct);
            return paging.Page(rows, c => new Key(c.PostedAt, c.Id), c => new ModerationItem(Streams.Id(c.Id), c.ArticleId, c.ParentId, c.Author, c.Text, c.PostedAt, c.Status, c.Reason));
        }).Requires(Roles.Moderator);
}

/// <summary>One comment as moderators see it.</summary>
public sealed record ModerationItem(Guid Id, Guid ArticleId, Guid? ParentId, string Author, string Text, DateTimeOffset PostedAt, CommentStatus Status, string? Reason);
