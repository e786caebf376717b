using Microsoft.Net.Http.Headers;

namespace Portal;

/// <summary>
/// The Content-Security-Policy. Pages load only files of this site, and no inline scripts or styles. <c>Portal:Pictures</c> lists the
/// other sites from which articles may show pictures (default: none).
/// </summary>
public static class ContentSecurity
{
    /// <summary>
    /// The policy for an address. Console pages may use inline styles, because MudBlazor positions its pop-ups with style attributes.
    /// Inline scripts are forbidden there as well.
    /// </summary>
    public static string Of(PathString path, string pictures = "") =>
        "default-src 'none'; script-src 'self'; connect-src 'self'; font-src 'self'; manifest-src 'self'; "
        + $"img-src 'self' data:{(pictures.Length == 0 ? "" : " " + pictures)}; "
        + (IsConsole(path) ? "style-src 'self' 'unsafe-inline'; " : "style-src 'self'; ")
        // Links of the console are relative to <base>, which may only point to this site.
        + $"form-action 'self'; base-uri {(IsConsole(path) ? "'self'" : "'none'")}; frame-ancestors 'none'";

    public static bool IsConsole(PathString path) => path.StartsWithSegments("/console", StringComparison.OrdinalIgnoreCase);

    /// <summary>Sets the policy on every response, also on error responses.</summary>
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
