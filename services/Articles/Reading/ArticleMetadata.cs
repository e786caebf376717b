using System.Globalization;
using Articles.Media;
using Articles.Publishing;
using Articles.Texts;
using Marten;
using Platform.Web;

namespace Articles.Reading;

/// <summary>
/// <c>GET /api/articles/{id}/metadata</c>: Returns the metadata for the head of an article's page, which are hreflang addresses, Open Graph
/// properties and a schema.org NewsArticle.
/// </summary>
public static class ArticleMetadata
{
    private static readonly Dictionary<string, string> Locales = new() { ["en"] = "en_GB", ["ru"] = "ru_RU", ["zh"] = "zh_CN" };

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/articles/{id:guid}/metadata", async (
            Guid id, string? lang, HttpContext http, CoverPictures covers, IQuerySession session, Site site, CancellationToken ct) =>
            {
                var page = await Representation.LoadReadable(session, id, ct);
                var section = await session.LoadAsync<Section>(Streams.Section(page.Content!.Section), ct);
                var (shown, text) = Language.Pick(page.Content.Texts, Language.Requested(lang));
                var pictures = await covers.Of(page.Content, ct);
                var facts = new Facts(
                    page,
                    pictures.View(page.Content.Cover, shown),
                    shown,
                    text,
                    section?.Names.GetValueOrDefault(shown) ?? page.Content.Section,
                    site.Article(shown, text.Slug).AbsoluteUri,
                    site);
                http.Response.Headers.ContentLanguage = shown;
                http.Response.TagWithKeys([SurrogateKey.Article(page.ArticleId), SurrogateKey.Sections, .. pictures.Keys]);
                return Responses.WithETag(
                    new MetadataView(id, shown, facts.Url, site.Alternates(page.CurrentSlugs()), OpenGraph(facts), NewsArticle(facts)));
            }).AllowAnonymous();

    private sealed record Facts(
        ArticlePage Page,
        CoverView? Cover,
        string Lang,
        Text Text,
        string Section,
        string Url,
        Site Site)
    {
        public Content Content => Page.Content!;
        public string? ImageUrl => Cover is null ? null : Site.Absolute(Cover.Url);
        public RenditionView? Preview => Cover?.Renditions?.FirstOrDefault(r => r.Url == Cover.Url);
        public string Published => Iso(Page.PublishedAt!.Value);
        public string Modified => Iso(Page.RevisedAt is { } revised && revised > Page.PublishedAt ? revised : Page.PublishedAt!.Value);
        private static string Iso(DateTimeOffset time) =>
            time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }

    /// <summary>A list and not a dictionary, because a property may occur several times.</summary>
    private static MetaProperty[] OpenGraph(Facts facts) =>
    [
        new("og:type", "article"),
        new("og:title", facts.Text.Title),
        .. facts.Text.Lead.Length == 0 ? [] : new[] { new MetaProperty("og:description", facts.Text.Lead) },
        new("og:url", facts.Url),
        new("og:site_name", facts.Site.Name(facts.Lang)),
        new("og:locale", Locales[facts.Lang]),
        .. Languages.All.Where(l => l != facts.Lang && facts.Content.Texts.ContainsKey(l)).Select(
            l => new MetaProperty("og:locale:alternate", Locales[l])),
        .. facts.Cover is not { } cover
            ? []
            : new[] { new MetaProperty("og:image", facts.ImageUrl!), new MetaProperty("og:image:alt", cover.Alt) },
        .. facts.Preview is not { } preview
            ? []
            : new[]
            {
                new MetaProperty("og:image:type", preview.Type),
                new MetaProperty("og:image:width", preview.Width.ToString(CultureInfo.InvariantCulture)),
                new MetaProperty("og:image:height", preview.Height.ToString(CultureInfo.InvariantCulture)),
            },
        new("article:published_time", facts.Published),
        new("article:modified_time", facts.Modified),
        new("article:section", facts.Section),
        .. facts.Content.Author is not { } author ? [] : new[] { new MetaProperty("article:author", author) },
        .. facts.Content.Tags.Select(t => new MetaProperty("article:tag", t)),
        new("twitter:card", facts.Cover is null ? "summary" : "summary_large_image"),
    ];

    private static Dictionary<string, object?> NewsArticle(Facts facts) => new Dictionary<string, object?>
    {
        ["@context"] = "https://schema.org",
        ["@type"] = "NewsArticle",
        ["@id"] = facts.Url,
        ["mainEntityOfPage"] = facts.Url,
        ["headline"] = facts.Text.Title,
        ["description"] = facts.Text.Lead.Length == 0 ? null : facts.Text.Lead,
        ["inLanguage"] = facts.Lang,
        ["datePublished"] = facts.Published,
        ["dateModified"] = facts.Modified,
        ["contentReferenceTime"] = facts.Content.OccurredOn?.ToString("O", CultureInfo.InvariantCulture),
        ["articleSection"] = facts.Section,
        ["keywords"] = facts.Content.Tags.Count == 0 ? null : facts.Content.Tags,
        ["image"] = facts.Preview is { } preview ? ImageObject(facts, preview) : facts.ImageUrl,
        ["author"] = facts.Content.Author is { } author ? Thing("Person", author) : Thing("Organization", facts.Site.Name(facts.Lang)),
        ["publisher"] = Thing("Organization", facts.Site.Name(facts.Lang), facts.Site.PublicUrl.AbsoluteUri),
        ["isBasedOn"] = facts.Content.Source,
        ["correction"] = facts.Page.Corrections.Count == 0
            ? null
            : facts.Page.Corrections.Where(c => c.Lang is null || c.Lang == facts.Lang).Select(c => c.Note).ToArray(),
    }.Where(p => p.Value is not null).ToDictionary(p => p.Key, p => p.Value);

    private static Dictionary<string, object?> ImageObject(Facts facts, RenditionView preview) => new Dictionary<string, object?>
    {
        ["@type"] = "ImageObject",
        ["url"] = facts.ImageUrl,
        ["width"] = preview.Width,
        ["height"] = preview.Height,
        ["caption"] = facts.Cover!.Caption,
        ["creditText"] = facts.Cover.Credit,
    }.Where(p => p.Value is not null).ToDictionary(p => p.Key, p => p.Value);

    private static Dictionary<string, string> Thing(string type, string name, string? url = null)
    {
        var thing = new Dictionary<string, string> { ["@type"] = type, ["name"] = name };
        if (url is not null) thing["url"] = url;
        return thing;
    }
}

/// <summary>One <c>&lt;meta property content&gt;</c> element.</summary>
public sealed record MetaProperty(string Property, string Content);

/// <summary>
/// The metadata for the head of an article's page in one language. <c>jsonLd</c> can be copied unchanged into a script element of the type
/// <c>application/ld+json</c>, because no text in it can close the element.
/// </summary>
public sealed record MetadataView(
    Guid Id,
    string Lang,
    string Canonical,
    IReadOnlyList<Alternate> Alternates,
    IReadOnlyList<MetaProperty> Og,
    IReadOnlyDictionary<string, object?> JsonLd);
