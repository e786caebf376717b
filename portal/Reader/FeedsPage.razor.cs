using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Reader;

/// <summary>
/// <c>/{lang}/feeds</c> lists the feeds. <c>/{lang}/manifest.webmanifest</c> allows phones to install the site as an app.
/// </summary>
public partial class FeedsPage
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(
            $"/{ReaderSite.Lang}/feeds",
            async (string lang, HttpContext http, Backends backends, CancellationToken ct) =>
                http.Show<FeedsPage>(await Frame.Load(http, lang, backends, ct)));

        app.MapGet($"/{ReaderSite.Lang}/manifest.webmanifest", (
            string lang, HttpContext http, IStringLocalizer<ReaderTexts> texts, Files files) =>
            {
                http.Response.Headers.CacheControl = "public, max-age=3600";
                return Results.Json(new Dictionary<string, object>
                {
                    ["id"] = "/",
                    ["name"] = texts["SiteName"].Value,
                    ["short_name"] = texts["SiteName"].Value,
                    ["description"] = texts["Description"].Value,
                    ["lang"] = lang,
                    ["dir"] = "ltr",
                    ["start_url"] = Url.To(lang),
                    ["scope"] = "/",
                    ["display"] = "standalone",
                    ["background_color"] = "#ffffff",
                    ["theme_color"] = "#0b5a4a",
                    ["icons"] = new[]
                    {
                        new { src = files["site/icon.svg"], sizes = "any", type = "image/svg+xml", purpose = "any" },
                        new { src = files["site/icon-192.png"], sizes = "192x192", type = "image/png", purpose = "any" },
                        new { src = files["site/icon-512.png"], sizes = "512x512", type = "image/png", purpose = "any" },
                        new { src = files["site/icon-maskable.png"], sizes = "512x512", type = "image/png", purpose = "maskable" },
                    },
                    ["shortcuts"] = new[]
                    {
                        new { name = texts["Rates"].Value, url = Url.To(lang, "rates") },
                        new { name = texts["Favourites"].Value, url = Url.To(lang, "favourites") },
                    },
                }, contentType: "application/manifest+json");
            });
    }
}
