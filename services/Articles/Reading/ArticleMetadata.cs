using System.Globalization;
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
            Guid id, string? lang, HttpContext http, IQuerySession session, Site site, CancellationToken ct) =>
            {
                var page = await Representation.LoadReadable(session, id, ct);
                var section = await session.LoadAsync<Section>(Streams.Section(page.Content!.Section), ct);
                var (shown, text) = Language.Pick(page.Content.Texts, Language.Requested(lang));
                var facts = new Facts(
                    page,
                    shown,
                    text,
                    section?.Names.GetValueOrDefault(shown) ?? page.Content.Section,
                    site.Article(shown, text.Slug).AbsoluteUri,
                    site);
                http.Response.Headers.ContentLanguage = shown;
                http.Response.TagWithKeys(SurrogateKey.Article(page.ArticleId), SurrogateKey.Sections);
                return Responses.WithETag(
                    new MetadataView(id, shown, facts.Url, site.Alternates(page.CurrentSlugs()), OpenGraph(facts), NewsArticle(facts)));
            }).AllowAnonymous();

    private sealed record Facts(
        ArticlePage Page,
        string Lang,
        Text Text,
        string Section,
        string Url,
        Site Site)
    {
        public Content Content => Page.Content!;
        public CoverView? Cover => CoverView.Of(Content.Cover, Lang);
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
            : new[] { new MetaProperty("og:image", cover.Url), new MetaProperty("og:image:alt", cover.Alt) },
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
        ["image"] = facts.Cover?.Url,
        ["author"] = facts.Content.Author is { } author ? Thing("Person", author) : Thing("Organization", facts.Site.Name(facts.Lang)),
        ["publisher"] = Thing("Organization", facts.Site.Name(facts.Lang), facts.Site.PublicUrl.AbsoluteUri),
        ["isBasedOn"] = facts.Content.Source,
        ["correction"] = facts.Page.Corrections.Count == 0
            ? null
            : facts.Page.Corrections.Where(c => c.Lang is null || c.Lang == facts.Lang).Select(c => c.Note).ToArray(),
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
