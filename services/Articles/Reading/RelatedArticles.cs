using Marten;
using Marten.Linq.MatchesSql;
using Platform.Web;

namespace Articles.Reading;

/// <summary>
/// Finds the articles that are linked from an article: the related ones that an editor chose, and the previous and next ones of its
/// section.
/// </summary>
internal static class RelatedArticles
{
    /// <summary>In the order that the editor chose, without articles that readers cannot see.</summary>
    public static async Task<IReadOnlyList<Neighbour>> Chosen(
        IQuerySession session, ArticlePage page, string? language, CancellationToken ct)
    {
        if (page.Content!.Related is not { Count: > 0 } related) return [];
        var rows = (await session.LoadManyAsync<ArticleSummary>(ct, related.Select(Streams.Article))).ToDictionary(r => r.Id);
        return
        [
            .. related.Select(r => rows.GetValueOrDefault(Streams.Article(r))).OfType<ArticleSummary>().Select(r => Show(r, language)!),
        ];
    }

    public static async Task<Neighbour?> Previous(IQuerySession session, ArticlePage page, string? language, CancellationToken ct) =>
        Show(await InSection(session, page).Where(a => a.MatchesSql("(d.published_at, d.id) < (?, ?)", page.PublishedAt!.Value, page.Id))
            .OrderByDescending(a => a.PublishedAt).ThenByDescending(a => a.Id).FirstOrDefaultAsync(ct), language);

    public static async Task<Neighbour?> Next(IQuerySession session, ArticlePage page, string? language, CancellationToken ct) =>
        Show(await InSection(session, page).Where(a => a.MatchesSql("(d.published_at, d.id) > (?, ?)", page.PublishedAt!.Value, page.Id))
            .OrderBy(a => a.PublishedAt).ThenBy(a => a.Id).FirstOrDefaultAsync(ct), language);

    private static IQueryable<ArticleSummary> InSection(IQuerySession session, ArticlePage page)
    {
        var section = page.Content!.Section;
        return session.Query<ArticleSummary>().Where(a => a.Section == section);
    }

    private static Neighbour? Show(ArticleSummary? row, string? language)
    {
        if (row is null) return null;
        var (shown, heading) = Language.Pick(row.Headings, language);
        return new(Streams.ArticleId(row.Id), heading.Slug, shown, heading.Title, row.PublishedAt);
    }
}
