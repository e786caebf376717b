namespace Portal.Reader;

/// <summary>
/// <c>/{lang}/articles/{slug}/print</c>: the print version of an article for A4, without navigation; links are numbered and listed.
/// </summary>
public partial class PrintPage
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet($"/{ReaderSite.Lang}/articles/{{slug}}/print", async (
            string lang,
            string slug,
            HttpContext http,
            Backends backends,
            CancellationToken ct) =>
            {
                var reading = ArticlePage.Read(backends, lang, slug, ct);
                var frame = await Frame.Load(http, lang, backends, ct);
                var article = await reading;
                if (ArticlePage.RedirectOrError(http, frame, article, "/print") is { } response) return response;
                var print = await backends.Read<PrintView>(Part.Article, $"/api/articles/{article.Value!.Id}/print?lang={lang}", ct);
                return print.Value is null
                    ? http.ShowError(frame, print.Status)
                    : http.Show<PrintPage>(frame, new { Print = print.Value, article.Value.Slug });
            });
}
