using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Articles.Media;
using Articles.Publishing;
using Articles.Texts;
using Marten;
using Platform.Web;

namespace Articles.Reading;

/// <summary>
/// <c>GET /api/articles/{id}/print</c>: Returns an article for printing. Links are numbered in the body and listed by number, because a
/// link on paper shows no address.
/// </summary>
public static class PrintArticle
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/articles/{id:guid}/print", async (
            Guid id, string? lang, HttpContext http, CoverPictures covers, IQuerySession session, Site site, CancellationToken ct) =>
            {
                var page = await Representation.LoadReadable(session, id, ct);
                var content = page.Content!;
                var (shown, text) = Language.Pick(content.Texts, Language.Requested(lang));
                var section = await session.LoadAsync<Section>(Streams.Section(content.Section), ct);
                var url = site.Article(shown, text.Slug);
                var pictures = await covers.Of(content, ct);
                var (body, links) = Numbered(Html.Absolute(pictures.Plain(text.BodyHtml), url), url);
                http.Response.Headers.ContentLanguage = shown;
                http.Response.TagWithKeys([SurrogateKey.Article(page.ArticleId), SurrogateKey.Sections, .. pictures.Keys]);
                return Responses.WithETag(
                    new PrintView(
                        id,
                        shown,
                        site.Name(shown),
                        section?.Names.GetValueOrDefault(shown) ?? content.Section,
                        text.Title,
                        text.Lead,
                        body,
                        links,
                        content.Author,
                        content.Source,
                        content.OccurredOn,
                        page.PublishedAt!.Value,
                        page.RevisedAt,
                        [.. page.Corrections.Where(c => c.Lang is null || c.Lang == shown)],
                        pictures.View(content.Cover, shown),
                        url));
            }).AllowAnonymous();

    private static (string Body, IReadOnlyList<string> Links) Numbered(string html, Uri page)
    {
        var document = new HtmlParser().ParseDocument($"<body>{html}</body>");
        var links = new List<string>();
        foreach (var link in document.QuerySelectorAll("a[href]"))
        {
            var href = link.GetAttribute("href")!;
            // A footnote is on the same printout, so its link needs no number.
            if (href.StartsWith($"{page.AbsoluteUri}#", StringComparison.Ordinal))
            {
                link.SetAttribute("href", href[page.AbsoluteUri.Length..]);
                continue;
            }
            if (!links.Contains(href)) links.Add(href);
            var mark = document.CreateElement("sup");
            mark.TextContent = $"[{links.IndexOf(href) + 1}]";
            link.Insert(AdjacentPosition.AfterEnd, mark.OuterHtml);
        }
        return (document.Body!.InnerHtml, links);
    }
}

/// <summary>An article for printing. <c>links[n-1]</c> is the address of the link with the mark [n] in the body.</summary>
public sealed record PrintView(
    Guid Id,
    string Lang,
    string Site,
    string Section,
    string Title,
    string Lead,
    string BodyHtml,
    IReadOnlyList<string> Links,
    string? Author,
    string? Source,
    DateOnly? OccurredOn,
    DateTimeOffset PublishedAt,
    DateTimeOffset? RevisedAt,
    IReadOnlyList<Correction> Corrections,
    CoverView? Cover,
    Uri Url);
