using Platform.Postgres;
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
            ReadPool database,
            CancellationToken ct) =>
            {
                var found = await Place.Article.Find(database, id, () => view switch
                {
                    null or "tree" => ThreadPage.Read(database, Place.Article, id, sort ?? "newest", paging, ct),
                    "flat" => Flat(database, id, sort ?? "newest", paging, ct),
                    _ => throw new Malformed("view", "must be tree or flat"),
                }, ct);
                http.Response.TagWithKeys(SurrogateKey.Comments(id));
                return found.Comments;
            }).AllowAnonymous();

    private static async Task<FoundPage?> Flat(ReadPool database, Guid article, string sort, Paging paging, CancellationToken ct)
    {
        var after = paging.After<Key>();
        var (order, beyond) = sort switch
        {
            "newest" => ("posted_at desc, id desc", "and (posted_at, id) < ($3, $4)"),
            "oldest" => ("posted_at, id", "and (posted_at, id) > ($3, $4)"),
            _ => throw new Malformed("sort", "must be newest or oldest if view is flat"),
        };
        IReadOnlyList<object> arguments = after is null ? [article, paging.Limit] : [article, paging.Limit, after.PostedAt, after.Id];
        var found = await database.Read(
            $"""
            select c.id, c.parent, c.author, c.text, c.html, c.posted, c.edited from ({Place.Article.Sql}) found left join (
              select id, posted_at, (data ->> 'parentId')::uuid as parent, {CommentItem.Parts} from comments.mt_doc_commentview
              where article_id = $1 and status = 'Shown' {(after is null ? "" : beyond)} order by {order} limit $2 + 1) c on true
            order by {order}
            """,
            row => row.IsDBNull(0)
                ? null
                : CommentItem.Shown(Streams.Id(row.GetString(0)), row.IsDBNull(1) ? null : row.GetGuid(1), row, 2),
            ct,
            arguments);
        return found.Count == 0
            ? null
            : new(article, paging.Page([.. found.OfType<CommentItem>()], c => new Key(c.PostedAt, Streams.Comment(c.Id)), c => c));
    }
}
