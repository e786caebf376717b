using Marten;
using Npgsql;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Exchange;

/// <summary>
/// <c>POST /api/import/articles</c>: Imports articles from JSON lines in the format of <c>GET /api/export/articles</c>. Ids, dates and
/// slugs are kept. The response has a JSON line with the result of each line.
/// </summary>
public static class ImportArticles
{
    /// <summary>Enough for 200,000 characters in three languages, some of them escaped.</summary>
    private const int MaxLineLength = 8 * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/import/articles", async (
            HttpContext http,
            Decider decider,
            IDocumentStore store,
            NpgsqlDataSource database,
            TimeProvider clock,
            CancellationToken ct) =>
            {
                http.Response.TagWithKeys(SurrogateKey.Everything);
                var (import, importer) = (new Import(http), new Importer(decider, store, database, clock));
                await foreach (var (line, read) in import.Lines<ExchangedArticle>(MaxLineLength, ct))
                    if (!await import.Add(line, item => importer.Import(item, read(), null, ct), ct)) return;
            }).Produces<ImportResult>(200, Import.JsonLines).Requires(Roles.Editor);
}
