using Microsoft.Net.Http.Headers;

namespace Portal;

/// <summary>
/// What a page may load and run: this site's own files and nothing else; no script and no style that stands in a page.
/// <c>Portal:Pictures</c> names the sites from which articles may show pictures (none).
/// </summary>
public static class ContentSecurity
{
    /// <summary>
    /// The policy of an address. The console's component library positions its pop-ups by style attributes; nothing there may run either.
    /// </summary>
    public static string Of(PathString path, string pictures = "") =>
        "default-src 'none'; script-src 'self'; connect-src 'self'; font-src 'self'; manifest-src 'self'; "
        + $"img-src 'self' data:{(pictures.Length == 0 ? "" : " " + pictures)}; "
        + (IsConsole(path) ? "style-src 'self' 'unsafe-inline'; " : "style-src 'self'; ")
        // The console's addresses are told from a base, which may only be here.
        + $"form-action 'self'; base-uri {(IsConsole(path) ? "'self'" : "'none'")}; frame-ancestors 'none'";

    /// <summary>Whether the address belongs to the console.</summary>
    public static bool IsConsole(PathString path) => path.StartsWithSegments("/console", StringComparison.OrdinalIgnoreCase);

    /// <summary>Sets the policy on every answer, whatever else wrote one.</summary>
    public static void UseContentSecurity(this WebApplication app)
    {
        var pictures = app.Configuration["Portal:Pictures"] ?? "";
        app.Use((http, next) =>
        {
            var policy = Of(http.Request.Path, pictures);
            http.Response.OnStarting(() =>
            {
                http.Response.Headers.ContentSecurityPolicy = policy;
                http.Response.Headers[HeaderNames.XContentTypeOptions] = "nosniff";
                return Task.CompletedTask;
            });
            return next(http);
        });
    }
}
