using Articles.Media;
using Articles.Publishing;
using Articles.Reading;
using Articles.Texts;
using Marten;
using Platform.Web;

namespace Articles.Feeds;

/// <summary>One article of a feed, in the language of the feed and with absolute links.</summary>
internal sealed record FeedEntry(
    Guid Id,
    Uri Url,
    string Title,
    string Lead,
    string BodyHtml,
    string? Author,
    IReadOnlyList<string> Tags,
    CoverView? Cover,
    Enclosure? Enclosure,
    DateTimeOffset PublishedAt,
    DateTimeOffset UpdatedAt);

/// <summary>The file of a cover in the media library.</summary>
internal sealed record Enclosure(Uri Url, string Type, long Bytes);

/// <summary>The newest articles in one language, of one section or of all. Articles without a text in that language are omitted.</summary>
internal sealed record FeedSource(
    string Lang,
    string Title,
    string Description,
    Uri Home,
    Uri Self,
    DateTimeOffset UpdatedAt,
    IReadOnlyList<FeedEntry> Entries)
{
    public const int Size = 50;

    public static async Task<FeedSource> Read(
        string lang,
        string? section,
        string file,
        Site site,
        HttpContext http,
        IQuerySession session,
        ListedArticles articles,
        CoverPictures covers,
        CancellationToken ct)
    {
        if (!Languages.All.Contains(lang))
            throw new NotFound($"There is no feed in the language \"{lang}\". Use one of {string.Join(", ", Languages.All)}.");
        var known = section is null
            ? null
            : await session.LoadAsync<Section>(Streams.Section(section), ct) ?? throw new NotFound($"There is no section \"{section}\".");
        var filter = new ArticleFilter { Section = section, Lang = lang, Fallback = false };
        string[] ids = [.. (await filter.Find(articles, null, Size, ct)).Select(a => a.Summary.Id)];
        var pages = (await session.LoadManyAsync<ArticlePage>(ct, ids)).ToDictionary(p => p.Id);
        var pictures = await covers.Of(pages.Values.Select(p => p.Content!), ct);
        http.Response.TagWithKeys([SurrogateKey.Articles, SurrogateKey.Sections, .. pictures.Keys]);
        var entries = ids.Select(id => Entry(pages[id], lang, pictures, site)).ToArray();
        var name = known is null ? site.Name(lang) : $"{site.Name(lang)}: {PlainText.Clean(known.Names[lang])}";
        return new(lang, name, name, site.At(lang), site.At($"feeds/{lang}/{file}{(section is null ? "" : $"?section={section}")}"),
            entries.Length == 0 ? DateTimeOffset.UnixEpoch : entries.Max(e => e.UpdatedAt), entries);
    }

    private static FeedEntry Entry(ArticlePage page, string lang, Pictures pictures, Site site)
    {
        var (content, text) = (page.Content!, page.Content!.Texts[lang]);
        var url = site.Article(lang, text.Slug);
        return new(
            page.ArticleId,
            url,
            text.Title,
            text.Lead,
            Html.Absolute(pictures.Plain(text.BodyHtml), url),
            content.Author,
            content.Tags,
            pictures.View(content.Cover, lang) is { } cover ? cover with { Url = site.Absolute(cover.Url) } : null,
            pictures.Preview(content.Cover) is { } file ? new(site.At(MediaAddress.Of(file)), file.Type, file.Bytes) : null,
            page.PublishedAt!.Value,
            page.RevisedAt is { } revised && revised > page.PublishedAt ? revised : page.PublishedAt.Value);
    }
}
