using Marten;
using Marten.Linq.MatchesSql;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Comments;

/// <summary><c>GET /api/articles/{id}/comments</c>: what everybody sees; <c>sort</c> newest (default) or oldest; replies name their parent.</summary>
public static class CommentList
{
    private sealed record Key(DateTimeOffset PostedAt, string Id);

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/articles/{id:guid}/comments", async (Guid id, string? sort, Paging paging, HttpContext http, IQuerySession session, CancellationToken ct) =>
        {
            if (await session.LoadAsync<ArticleCopy>(Streams.Article(id), ct) is null) throw new NotFound("There is no published article with this id.");
            IQueryable<CommentView> query = session.Query<CommentView>().Where(c => c.ArticleId == id && c.Status == CommentStatus.Shown);
            query = Sorted(query, sort ?? "newest", paging.After<Key>());
            var rows = await query.Take(paging.Limit + 1).ToListAsync(ct);
            http.Response.Name(Streams.Comments(id));
            return paging.Page(rows, c => new Key(c.PostedAt, c.Id), c => new CommentItem(Streams.Id(c.Id), c.ParentId, c.Author, c.Text, c.PostedAt));
        });

    private static IQueryable<CommentView> Sorted(IQueryable<CommentView> query, string sort, Key? after) => sort switch
    {
        "newest" => (after is null ? query : query.Where(c => c.MatchesSql("(d.posted_at, d.id) < (?, ?)", after.PostedAt, after.Id)))
            .OrderByDescending(c => c.PostedAt).ThenByDescending(c => c.Id),
        "oldest" => (after is null ? query : query.Where(c => c.MatchesSql("(d.posted_at, d.id) > (?, ?)", after.PostedAt, after.Id)))
            .OrderBy(c => c.PostedAt).ThenBy(c => c.Id),
        _ => throw new Malformed("sort", "must be newest or oldest"),
    };
}

/// <summary>One comment as everybody sees it. <c>text</c> is plain text: escape it.</summary>
public sealed record CommentItem(Guid Id, Guid? ParentId, string Author, string Text, DateTimeOffset PostedAt);
