using System.Text;
using Articles.Publishing;
using Articles.Texts;
using Marten;
using Platform.Web;

namespace Articles.Reading;

/// <summary>
/// <c>GET /api/articles/{id}/text?format=plain|markdown</c>: Returns the text of an article as plain text or Markdown. If <c>format</c> is
/// absent, the <c>Accept</c> header decides.
/// </summary>
public static class Representation
{
    internal const string Plain = Negotiation.Plain, Markdown = Negotiation.Markdown;

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/articles/{id:guid}/text", async (
            Guid id,
            string? format,
            string? lang,
            HttpContext http,
            IQuerySession session,
            Site site,
            CancellationToken ct) =>
            {
                var type = format switch
                {
                    null => Preferred(http) ?? Plain,
                    "plain" => Plain,
                    "markdown" => Markdown,
                    _ => throw new Malformed("format", "must be plain or markdown"),
                };
                http.Response.Headers.Vary = "Accept";
                return Text(http, await LoadReadable(session, id, ct), Language.Requested(lang), type, site);
            }).AllowAnonymous().Produces<string>(200, Plain, Markdown);

    /// <exception cref="NotFound">The article is not published, or it was retracted.</exception>
    internal static async Task<ArticlePage> LoadReadable(IQuerySession session, Guid id, CancellationToken ct)
    {
        var page = await ArticlePage.Load(session, id, ct);
        return page.RetractionNote is null ? page : throw new NotFound($"The article was retracted: {page.RetractionNote}");
    }

    /// <summary>The text format that the caller prefers to JSON; null if it prefers JSON.</summary>
    internal static string? Preferred(HttpContext http)
    {
        var kind = Negotiation.Kind(http.Request.Headers.Accept);
        return kind == Negotiation.Json ? null : kind;
    }

    internal static IResult Text(
        HttpContext http,
        ArticlePage page,
        string? requested,
        string type,
        Site site)
    {
        var (shown, text) = Language.Pick(page.Content!.Texts, requested);
        http.Response.Headers.ContentLanguage = shown;
        http.Response.TagWithKeys(SurrogateKey.Article(page.ArticleId));
        var url = site.Article(shown, text.Slug).AbsoluteUri;
        var document = type == Markdown ? MarkdownDocument(text, url) : PlainDocument(text, url);
        return Responses.WithETag(Encoding.UTF8.GetBytes(document), $"{type}; charset=utf-8");
    }

    private static string MarkdownDocument(Text text, string url)
    {
        var lead = text.Lead.Length == 0 ? "" : $"**{MarkdownText.Escape(text.Lead)}**\n\n";
        return $"# {MarkdownText.Escape(text.Title)}\n\n{lead}{MarkdownText.Of(text.BodyHtml, url)}\n---\n\n<{url}>\n";
    }

    private static string PlainDocument(Text text, string url)
    {
        var lead = text.Lead.Length == 0 ? "" : $"{text.Lead}\n\n";
        var body = PlainText.OfHtml(text.BodyHtml).Replace("\n", "\n\n", StringComparison.Ordinal);
        return $"{text.Title}\n\n{lead}{body}\n\n{url}\n";
    }
}
