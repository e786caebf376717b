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
    DateTimeOffset PublishedAt,
    DateTimeOffset UpdatedAt);

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
        CancellationToken ct)
    {
        if (!Languages.All.Contains(lang))
            throw new NotFound($"There is no feed in the language \"{lang}\". Use one of {string.Join(", ", Languages.All)}.");
        var known = section is null
            ? null
            : await session.LoadAsync<Section>(Streams.Section(section), ct) ?? throw new NotFound($"There is no section \"{section}\".");
        http.Response.TagWithKeys(SurrogateKey.Articles, SurrogateKey.Sections);
        var filter = new ArticleFilter { Section = section, Lang = lang, Fallback = false };
        string[] ids = [.. (await filter.Find(articles, null, Size, ct)).Select(a => a.Summary.Id)];
        var pages = (await session.LoadManyAsync<ArticlePage>(ct, ids)).ToDictionary(p => p.Id);
        var entries = ids.Select(id => Entry(pages[id], lang, site)).ToArray();
        var name = known is null ? site.Name(lang) : $"{site.Name(lang)}: {PlainText.Clean(known.Names[lang])}";
        return new(lang, name, name, site.At(lang), site.At($"feeds/{lang}/{file}{(section is null ? "" : $"?section={section}")}"),
            entries.Length == 0 ? DateTimeOffset.UnixEpoch : entries.Max(e => e.UpdatedAt), entries);
    }

    private static FeedEntry Entry(ArticlePage page, string lang, Site site)
    {
        var (content, text) = (page.Content!, page.Content!.Texts[lang]);
        var url = site.Article(lang, text.Slug);
        return new(page.ArticleId, url, text.Title, text.Lead, Html.Absolute(text.BodyHtml, url), content.Author, content.Tags,
            CoverView.Of(content.Cover, lang),
            page.PublishedAt!.Value,
            page.RevisedAt is { } revised && revised > page.PublishedAt ? revised : page.PublishedAt.Value);
    }
}
