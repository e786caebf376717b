using System.Net;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Portal.Reader;

/// <summary>
/// <c>/{lang}/articles</c>, <c>/{lang}/sections/{key}</c> and <c>/{lang}/tags/{tag}</c>: articles, newest first, in pages.
/// </summary>
public partial class ListPage
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet($"/{ReaderSite.Lang}/articles", async (
            string lang,
            string? cursor,
            HttpContext http,
            Backends backends,
            CancellationToken ct) =>
            {
                var articles = Read(backends, lang, cursor, ct);
                return Answer(http, await Frame.Load(http, lang, backends, ct), null, null, await articles);
            });
        app.MapGet($"/{ReaderSite.Lang}/sections/{{key}}", async (
            string lang,
            string key,
            string? cursor,
            HttpContext http,
            Backends backends,
            CancellationToken ct) =>
            {
                var articles = Read(backends, lang, cursor, ct, ("section", key));
                var frame = await Frame.Load(http, lang, backends, ct);
                // If the sections could not be read, an unknown key cannot be recognised.
                return frame.Sections.Count > 0 && frame.Sections.All(s => s.Key != key)
                    ? http.ShowError(frame, HttpStatusCode.NotFound)
                    : Answer(http, frame, key, null, await articles);
            });
        app.MapGet($"/{ReaderSite.Lang}/tags/{{tag}}", async (
            string lang,
            string tag,
            string? cursor,
            HttpContext http,
            Backends backends,
            CancellationToken ct) =>
            {
                var articles = Read(backends, lang, cursor, ct, ("tag", tag));
                return Answer(http, await Frame.Load(http, lang, backends, ct), null, tag, await articles);
            });
    }

    private static Task<Answer<Listed<ArticleItem>>> Read(
        Backends backends, string lang, string? cursor, CancellationToken ct, params (string, string?)[] filter) =>
        backends.Read<Listed<ArticleItem>>(
            Part.News, Url.With("/api/articles", [("lang", lang), ("limit", "20"), ("cursor", cursor), .. filter]), ct);

    private static RazorComponentResult Answer(
        HttpContext http,
        Frame frame,
        string? section,
        string? tag,
        Answer<Listed<ArticleItem>> articles) =>
        articles.Value is null
            ? http.ShowError(frame, articles.Status)
            : http.Show<ListPage>(frame, new { Articles = articles, Section = section, Tag = tag });
}
