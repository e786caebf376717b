using System.Text.Json;
using Marten;
using Platform.Hosting;

namespace Articles;

/// <summary>
/// <c>GET /api/export/articles</c>: every article as a JSON line, drafts and retracted ones included, as they stood at one moment.
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
                // A body that cannot be sent any faster keeps the query waiting: no more than a few lines are ever in memory.
                await JsonSerializer.SerializeAsync(http.Response.Body, ExchangedArticle.Of(article), Json.Http, ct);
                await http.Response.WriteAsync("\n", ct);
            }
        }).Produces<ExchangedArticle>(200, "application/x-ndjson").Requires(Roles.Editor);
}
