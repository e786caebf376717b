namespace Portal.Reader;

/// <summary>
/// Distributes the articles on the front page: the featured ones, of which the first is the lead story; the newest of all sections; and a
/// band for each section. Articles in the reader's language come before those that are not translated. A band repeats an article only if
/// its section has too few others.
/// </summary>
public sealed record FrontPageSelection(
    IReadOnlyList<ArticleItem> Featured, IReadOnlyList<ArticleItem> Latest, IReadOnlyList<FrontPageSelection.Band> Bands)
{
    /// <summary>The newest articles of a section.</summary>
    public sealed record Band(SectionItem Section, IReadOnlyList<ArticleItem> Articles, bool IsUnavailable);

    /// <summary>The number of articles that are read of each section, and that are shown.</summary>
    public const int OfSection = 12, FeaturedShown = 3, LatestShown = 6, BandShown = 3;

    public static FrontPageSelection Of(IReadOnlyList<ArticleItem> featured, IReadOnlyList<FrontPage.SectionNews> news)
    {
        var all = news.SelectMany(n => n.Articles.Value?.Items ?? []).DistinctBy(a => a.Id).ToArray();
        // Without a selection of the editors, the newest article is the lead story.
        ArticleItem[] top = featured.Count > 0 ? [.. featured.Take(FeaturedShown)] : [.. all.OrderByDescending(a => a.PublishedAt).Take(1)];
        var above = top.Select(a => a.Id).ToHashSet();
        var latest = Newest(all.Where(a => !above.Contains(a.Id)).OrderBy(a => a.Fallback), LatestShown);
        var repeated = latest.Select(a => a.Id).ToHashSet();
        return new(top, latest, [
            .. news.Select(n => new Band(
                n.Section,
                Newest(
                    (n.Articles.Value?.Items ?? []).Where(a => !above.Contains(a.Id))
                        .OrderBy(a => a.Fallback).ThenBy(a => repeated.Contains(a.Id)),
                    BandShown),
                n.Articles.IsUnavailable)),
        ]);
    }

    /// <summary>The first articles of an order, and among equal ones the newest; displayed with the newest first.</summary>
    private static ArticleItem[] Newest(IOrderedEnumerable<ArticleItem> articles, int count) =>
        [.. articles.ThenByDescending(a => a.PublishedAt).Take(count).OrderByDescending(a => a.PublishedAt)];
}
