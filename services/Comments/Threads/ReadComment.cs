using Marten;
using Npgsql;
using Platform.Web;

namespace Comments.Threads;

/// <summary>
/// <c>GET /api/comments/{id}</c>: one comment and its position in the tree; <c>GET
/// /api/comments/{id}/replies?sort=oldest|newest|best</c>: its direct replies, page by page.
/// </summary>
public static class ReadComment
{
    /// <summary>How many of the comments above a comment are returned at most. The nearest ones are returned.</summary>
    public const int MaxAbove = 20;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/comments/{id:guid}", async (Guid id, HttpContext http, IQuerySession session, CancellationToken ct) =>
        {
            var path = await LoadPath(session, id, ct);
            var row = path[0];
            http.Response.TagWithKeys(SurrogateKey.Comments(row.ArticleId));
            var replies = row.Replies == 0 ? null : await ThreadPage.Read(session, id, "oldest", new Paging(20, null), ct);
            return new CommentPlace(
                row.ArticleId,
                path.Count - 1,
                [.. path.Skip(1).Take(MaxAbove).Reverse().Select(CommentItem.Of)],
                CommentItem.Of(row) with { Replies = replies });
        }).AllowAnonymous();
        app.MapGet("/api/comments/{id:guid}/replies", async (
            Guid id,
            string? sort,
            Paging paging,
            HttpContext http,
            IQuerySession session,
            CancellationToken ct) =>
            {
                http.Response.TagWithKeys(SurrogateKey.Comments((await LoadPath(session, id, ct))[0].ArticleId));
                return await ThreadPage.Read(session, id, sort ?? "oldest", paging, ct);
            }).AllowAnonymous();
    }

    /// <summary>The comment and all comments above it, up to the top-level comment.</summary>
    private static async Task<IReadOnlyList<ThreadRow>> LoadPath(IQuerySession session, Guid id, CancellationToken ct)
    {
        var schema = session.DocumentStore.Options.DatabaseSchemaName;
        await using var command = new NpgsqlCommand(
            $"""
            with recursive path as (
              select {ThreadRow.Columns}, 0 as level from {schema}.thread where id = @id and visible
              union all
              select {string.Join(
                  ", ",
                  ThreadRow.Columns.Split(", ").Select(c => $"t.{c}"))}, p.level + 1 from path p join {schema}.thread t on t.id = p.place)
            select {ThreadRow.Columns}, level, 0::bigint,
              case when level <= {MaxAbove} then (select data from {schema}.mt_doc_commentview v where v.id = 'comment-' || path.id) end
            from path order by level
            """);
        command.Parameters.AddWithValue("id", id);
        var path = await ThreadPage.Rows(session, command, ct);
        return path.Count > 0 ? path : throw new NotFound("There is no comment with this id.");
    }
}

/// <summary>
/// A comment and its position: the article, the depth (0 for a top-level comment) and the comments above it. <c>above</c> contains at most
/// the nearest twenty, starting with the topmost of them.
/// </summary>
public sealed record CommentPlace(Guid ArticleId, int Depth, IReadOnlyList<CommentItem> Above, CommentItem Comment);
