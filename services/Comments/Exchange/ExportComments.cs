using System.Text.Json;
using Comments.Posting;
using Marten;
using Platform.Web;

namespace Comments.Exchange;

/// <summary>
/// <c>GET /api/export/comments?article=</c>: all comments except deleted ones, as JSON lines, including held and hidden ones. They are in
/// the order in which they can be imported again.
/// </summary>
public static class ExportComments
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/export/comments", async (Guid? article, HttpContext http, IDocumentStore store, CancellationToken ct) =>
        {
            await using var session = store.QuerySession();
            http.Response.ContentType = "application/x-ndjson; charset=utf-8";
            http.Response.Headers.ContentDisposition = "attachment; filename=\"comments.jsonl\"";
            IQueryable<CommentView> query = session.Query<CommentView>().Where(c => c.Status != CommentStatus.Deleted);
            if (article is not null) query = query.Where(c => c.ArticleId == article);
            await foreach (var comment in query.OrderBy(c => c.PostedAt).ThenBy(c => c.Id).ToAsyncEnumerable(ct))
            {
                // Writing waits for a slow client, and the query waits for the writing, so that only a few lines are in memory.
                await JsonSerializer.SerializeAsync(http.Response.Body, ExchangedComment.Of(comment), Json.Http, ct);
                await http.Response.WriteAsync("\n", ct);
            }
        }).Produces<ExchangedComment>(200, "application/x-ndjson").Requires(Roles.Moderator);
}
