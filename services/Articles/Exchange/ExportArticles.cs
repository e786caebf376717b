using System.Text.Json;
using Articles.Publishing;
using Marten;
using Platform.Web;

namespace Articles.Exchange;

/// <summary>
/// <c>GET /api/export/articles</c>: Exports all articles as JSON lines, including drafts and retracted articles, as of one point in time.
/// </summary>
public static class ExportArticles
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/export/articles", async (HttpContext http, IDocumentStore store, CancellationToken ct) =>
        {
            await using var session = store.QuerySession();
            http.Response.ContentType = "application/x-ndjson; charset=utf-8";
            http.Response.Headers.ContentDisposition = "attachment; filename=\"articles.jsonl\"";
            await foreach (var article in session.Query<Article>().OrderBy(a => a.Id).ToAsyncEnumerable(ct))
            {
                // Writing waits for a slow client, and the query waits for writing, so only a few lines are in memory at a time.
                await JsonSerializer.SerializeAsync(http.Response.Body, ExchangedArticle.Of(article), Json.Http, ct);
                await http.Response.WriteAsync("\n", ct);
            }
        }).Produces<ExchangedArticle>(200, "application/x-ndjson").Requires(Roles.Editor);
}
