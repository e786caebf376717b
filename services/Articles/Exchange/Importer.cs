using System.Diagnostics;
using System.Text.Json;
using Articles.Publishing;
using Marten;
using Platform.EventSourcing;
using Platform.Postgres;
using Platform.Web;

namespace Articles.Exchange;

/// <summary>
/// Imports articles one by one, and reports each result while further articles are still arriving. Errors in an article do not stop the
/// import, but an unavailable store does.
/// </summary>
internal sealed partial class Importer(Decider decider, IDocumentStore store, TimeProvider clock, HttpContext http)
{
    private const string ContentType = "application/x-ndjson; charset=utf-8";

    /// <summary>Removes the limit on the size of the request, because only the size of each article is limited.</summary>
    public void Begin()
    {
        if (http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        http.Response.ContentType = ContentType;
        http.Response.TagWithKeys(SurrogateKey.Everything);
    }

    /// <summary>
    /// Imports one article and reports the result, with a remark if the article was changed. Returns false if the store is unavailable, so
    /// that the import must end.
    /// </summary>
    public async Task<bool> ImportAndReport(int line, Func<(ExchangedArticle Article, string? Remark)> read, CancellationToken ct)
    {
        var result = await Import(line, read, ct);
        await Report(result, ct);
        return result.Result != "failed";
    }

    private async Task<ImportResult> Import(int line, Func<(ExchangedArticle Article, string? Remark)> read, CancellationToken ct)
    {
        Guid? id = null;
        try
        {
            var (article, remark) = read();
            id = article.Id;
            await using var session = store.QuerySession();
            var decision = await Slugs.RetryIfTaken(async contended =>
            {
                var command = await article.ToCommand(clock.Now(), session, contended, ct);
                return await decider.Decide<Article>(
                    Streams.Article(article.Id),
                    Expected.Any,
                    command.Decide,
                    (s, before, after, token) => Slugs.Reserve(s, article.Id, before, after, token),
                    ct);
            });
            return new(line, id, decision.Changed ? "created" : "unchanged", remark);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            var rejection = Rejection(line, id, e);
            if (rejection is null) ImportFailed(http.RequestServices.GetRequiredService<ILogger<ImportArticle>>(), e, line, id);
            var trace = Activity.Current?.Id ?? http.TraceIdentifier;
            return rejection ?? new(line, id, "rejected", $"An internal error occurred. Quote the traceId {trace} when you report it.");
        }
    }

    /// <summary>The result to report for an article that could not be imported; null if the cause is an error in the service.</summary>
    internal static ImportResult? Rejection(int line, Guid? id, Exception e) =>
        StoreProblems.StoreIsAway(e)
            ? new(line, id, "failed", "The database is unavailable, so the import ended here. Send this line and those after it again.")
        : StoreProblems.Refusal(e) is { } reason ? new(line, id, "rejected", reason)
        : null;

    public async Task Report(ImportResult result, CancellationToken ct)
    {
        await JsonSerializer.SerializeAsync(http.Response.Body, result, Json.Http, ct);
        await http.Response.WriteAsync("\n", ct);
        await http.Response.Body.FlushAsync(ct);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Could not import line {Line} with the article {Id} because of an unexpected error.")]
    private static partial void ImportFailed(ILogger log, Exception e, int line, Guid? id);
}
