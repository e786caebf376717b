using System.Diagnostics;
using System.Text.Json;
using Marten;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Articles;

/// <summary>Imports articles one by one and reports each while the next are still arriving. Only an unavailable store ends it.</summary>
internal sealed partial class Importing(Decider decider, IDocumentStore store, TimeProvider clock, HttpContext http)
{
    private const string Type = "application/x-ndjson; charset=utf-8";

    /// <summary>Imports may be long; what is too long is one article.</summary>
    public void Begin()
    {
        if (http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        http.Response.ContentType = Type;
        http.Response.Name(SurrogateKeys.Everything);
    }

    /// <summary>
    /// Imports one article and reports it, with a remark on what was changed in it. False if the store is unavailable, so that it makes no
    /// sense to go on.
    /// </summary>
    public async Task<bool> Take(int line, Func<(ExchangedArticle Article, string? Remark)> read, CancellationToken ct)
    {
        var result = await Import(line, read, ct);
        await Tell(result, ct);
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
            var decision = await Slugs.Contend(async contended =>
            {
                var command = await article.ToCommand(clock.Now(), session, contended, ct);
                return await decider.Decide<Article>(
                    Streams.Article(article.Id),
                    Expected.Any,
                    command.Decide,
                    (s, before, after, token) => Slugs.Follow(s, article.Id, before, after, token),
                    ct);
            });
            return new(line, id, decision.Changed ? "created" : "unchanged", remark);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            var refused = Refused(line, id, e);
            if (refused is null) NotImported(http.RequestServices.GetRequiredService<ILogger<ImportArticle>>(), e, line, id);
            var trace = Activity.Current?.Id ?? http.TraceIdentifier;
            return refused ?? new(line, id, "rejected", $"An internal error occurred. Quote the traceId {trace} when you report it.");
        }
    }

    /// <summary>What is reported of an article that could not be imported; null if the cause is a fault of the service.</summary>
    internal static ImportResult? Refused(int line, Guid? id, Exception e) =>
        Problems.StoreIsAway(e)
            ? new(line, id, "failed", "The database does not answer, so the import ends here. Send this line and those after it again.")
        : Problems.Refusal(e) is { } reason ? new(line, id, "rejected", reason)
        : null;

    public async Task Tell(ImportResult result, CancellationToken ct)
    {
        await JsonSerializer.SerializeAsync(http.Response.Body, result, Json.Http, ct);
        await http.Response.WriteAsync("\n", ct);
        await http.Response.Body.FlushAsync(ct);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Line {Line} of an import, the article {Id}, met an error that nobody foresaw.")]
    private static partial void NotImported(ILogger log, Exception e, int line, Guid? id);
}
