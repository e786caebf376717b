using System.Net;

namespace Portal.Reader;

/// <summary>The error pages for unknown addresses below a language and for unhandled exceptions.</summary>
public static class ErrorPages
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapFallback($"/{ReaderSite.Lang}/{{**rest}}", async (string lang, HttpContext http, Backends backends, CancellationToken ct) =>
        {
            var latest = backends.Read<Listed<ArticleItem>>(Part.News, $"/api/articles?lang={lang}&limit=5", ct);
            return http.ShowError(await Frame.Load(http, lang, backends, ct), HttpStatusCode.NotFound, (await latest).Value);
        });

    /// <summary>Answers an unhandled exception of a reader page with an error page instead of a problem document.</summary>
    public static async Task Catch(HttpContext http, RequestDelegate next, string lang, ILogger log)
    {
        try { await next(http); }
        catch (Exception e) when (!http.Response.HasStarted
            && !http.RequestAborted.IsCancellationRequested
            && e is not BadHttpRequestException)
        {
            log.LogError(e, "Could not render the reader page {Path}", http.Request.Path);
            http.Response.Clear();
            var frame = new Frame(lang, $"/{lang}", "", [], new PageDependencies());
            await http.ShowError(frame, HttpStatusCode.InternalServerError).ExecuteAsync(http);
        }
    }
}
