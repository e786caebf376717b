using System.Net;

namespace Portal.Reader;

/// <summary>Whatever is asked for in one of the languages and is not there gets a page that says so; so does what broke.</summary>
public static class Trouble
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapFallback($"/{ReaderSite.Lang}/{{**rest}}", async (string lang, HttpContext http, Backends backends, CancellationToken ct) =>
            http.Trouble(await Frame.Load(http, lang, backends, ct), HttpStatusCode.NotFound));

    /// <summary>A reader's page that breaks is answered with a page; everything else with a problem document.</summary>
    public static async Task Catch(HttpContext http, RequestDelegate next, string lang, ILogger log)
    {
        try { await next(http); }
        catch (Exception e) when (!http.Response.HasStarted
            && !http.RequestAborted.IsCancellationRequested
            && e is not BadHttpRequestException)
        {
            log.LogError(e, "A page for readers broke: {Path}", http.Request.Path);
            http.Response.Clear();
            var frame = new Frame(lang, $"/{lang}", "", [], new Ingredients());
            await http.Trouble(frame, HttpStatusCode.InternalServerError).ExecuteAsync(http);
        }
    }
}
