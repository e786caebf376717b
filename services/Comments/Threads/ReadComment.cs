using Platform.Postgres;
using Platform.Web;

namespace Comments.Threads;

/// <summary>
/// <c>GET /api/comments/{id}</c>: one comment and its position in the tree; <c>GET
/// /api/comments/{id}/replies?sort=oldest|newest|best</c>: its direct replies, page by page.
/// </summary>
public static class ReadComment
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/comments/{id:guid}", async (Guid id, HttpContext http, ReadPool database, CancellationToken ct) =>
        {
            var found = await Place.Comment.Find(database, id, () => ThreadPage.ReadAround(database, id, ct), ct);
            http.Response.TagWithKeys(SurrogateKey.Comments(found.ArticleId));
            return found;
        }).AllowAnonymous();
        app.MapGet("/api/comments/{id:guid}/replies", async (
            Guid id,
            string? sort,
            Paging paging,
            HttpContext http,
            ReadPool database,
            CancellationToken ct) =>
            {
                var found = await Place.Comment.Find(
                    database, id, () => ThreadPage.Read(database, Place.Comment, id, sort ?? "oldest", paging, ct), ct);
                http.Response.TagWithKeys(SurrogateKey.Comments(found.Article));
                return found.Comments;
            }).AllowAnonymous();
    }
}

/// <summary>
/// A comment and its position: the article, the depth (0 for a top-level comment) and the comments above it. <c>above</c> contains at most
/// the nearest twenty, starting with the topmost of them.
/// </summary>
public sealed record CommentPlace(Guid ArticleId, int Depth, IReadOnlyList<CommentItem> Above, CommentItem Comment);
