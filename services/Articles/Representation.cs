using System.Text;
using Marten;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Articles;

/// <summary>
/// An article as text alone: <c>GET /api/articles/{id}/text?format=plain|markdown</c>, or by <c>Accept</c> where the article itself stands.
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
                return Text(http, await Shown(session, id, ct), Language.Asked(lang), type, site);
            }).AllowAnonymous().Produces<string>(200, Plain, Markdown);

    /// <summary>A page whose text readers see now.</summary>
    internal static async Task<ArticlePage> Shown(IQuerySession session, Guid id, CancellationToken ct)
    {
        var page = await ArticlePage.Load(session, id, ct);
        return page.RetractionNote is null ? page : throw new NotFound($"The article was retracted: {page.RetractionNote}");
    }

    /// <summary>The text type that the caller prefers to JSON, or null.</summary>
    internal static string? Preferred(HttpContext http)
    {
        var kind = Negotiation.Kind(http.Request.Headers.Accept);
        return kind == Negotiation.Json ? null : kind;
    }

    internal static IResult Text(HttpContext http, ArticlePage page, string? asked, string type, Site site)
    {
        var (shown, text) = Language.Pick(page.Content!.Texts, asked);
        http.Response.Headers.ContentLanguage = shown;
        http.Response.Name(page.Id);
        var url = site.Article(shown, text.Slug).AbsoluteUri;
        var words = type == Markdown
            ? $"# {MarkdownText.Escape(text.Title)}\n\n{(text.Lead.Length == 0 ? "" : $"**{MarkdownText.Escape(text.Lead)}**\n\n")}"
                + $"{MarkdownText.Of(text.BodyHtml, url)}\n---\n\n<{url}>\n"
            : $"{text.Title}\n\n{(text.Lead.Length == 0 ? "" : $"{text.Lead}\n\n")}{PlainText.OfHtml(text.BodyHtml).Replace(
                "\n", "\n\n", StringComparison.Ordinal)}\n\n{url}\n";
        return Answer.Tagged(Encoding.UTF8.GetBytes(words), $"{type}; charset=utf-8");
    }
}
