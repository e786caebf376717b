using Comments.Posting;
using Marten;
using Marten.Linq.MatchesSql;
using Platform.Web;

namespace Comments.Threads;

/// <summary>
/// <c>GET /api/articles/{id}/comments</c>: the comments on an article, as a tree. A page contains top-level comments; <c>sort</c> is newest
/// (default), oldest or best. With <c>view=flat</c>, all comments are listed by time, and replies name their parent.
/// </summary>
public static class CommentList
{
    private sealed record Key(DateTimeOffset PostedAt, string Id);

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/articles/{id:guid}/comments", async (
            Guid id,
            string? sort,
            string? view,
            Paging paging,
            HttpContext http,
            IQuerySession session,
            CancellationToken ct) =>
            {
                if (await session.LoadAsync<ArticleCopy>(Streams.Article(id), ct) is null)
                    throw new NotFound("There is no published article with this id.");
                http.Response.TagWithKeys(SurrogateKey.Comments(id));
                return view switch
                {
                    null or "tree" => await ThreadPage.Read(session, id, sort ?? "newest", paging, ct),
                    "flat" => await Flat(session, id, sort ?? "newest", paging, ct),
                    _ => throw new Malformed("view", "must be tree or flat"),
                };
            }).AllowAnonymous();

    private static async Task<Page<CommentItem>> Flat(
        IQuerySession session,
        Guid article,
        string sort,
        Paging paging,
        CancellationToken ct)
    {
        IQueryable<CommentView> query = session.Query<CommentView>().Where(c => c.ArticleId == article && c.Status == CommentStatus.Shown);
        var rows = await Sorted(query, sort, paging.After<Key>()).Take(paging.Limit + 1).ToListAsync(ct);
        return paging.Page(rows, c => new Key(c.PostedAt, c.Id), CommentItem.Of);
    }

    internal static IQueryable<CommentView> Newest(this IQueryable<CommentView> query) =>
        query.OrderByDescending(c => c.PostedAt).ThenByDescending(c => c.Id);

    private static IQueryable<CommentView> Sorted(IQueryable<CommentView> query, string sort, Key? after) => sort switch
    {
        "newest" =>
            (after is null ? query : query.Where(c => c.MatchesSql("(d.posted_at, d.id) < (?, ?)", after.PostedAt, after.Id))).Newest(),
        "oldest" => (after is null ? query : query.Where(c => c.MatchesSql("(d.posted_at, d.id) > (?, ?)", after.PostedAt, after.Id)))
            .OrderBy(c => c.PostedAt).ThenBy(c => c.Id),
        _ => throw new Malformed("sort", "must be newest or oldest if view is flat"),
    };
}
