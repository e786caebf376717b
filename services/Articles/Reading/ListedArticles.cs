using Articles.Featured;
using Articles.Search;

namespace Articles.Reading;

/// <summary>One article of a list with what is joined to it: the number of its comments, and whether it is featured.</summary>
internal sealed record ListedArticle(ArticleSummary Summary, int Comments, bool IsFeatured)
{
    /// <summary>Where the words occur, if the list is ordered by relevance.</summary>
    public Place? Place { get; init; }
}

/// <summary>Reads the articles of a list in one statement.</summary>
public sealed class ListedArticles(SearchDatabase search, DocumentCache documents)
{
    /// <summary>Selects summaries, as "s". Add conditions, the order and a limit.</summary>
    internal static readonly string Select = SelectWith("null::int as place");

    /// <summary>The same for a join with <see cref="Relevance.Query"/>, as "matching".</summary>
    internal static readonly string SelectRanked = SelectWith("matching.place, matching.score");

    /// <summary>The orders of lists: newest first, most discussed first, and most relevant first.</summary>
    internal const string ByTime = "found.published_at desc, found.id desc",
        ByComments = "comments desc, found.id desc",
        ByRelevance = "found.score desc, found.id desc";

    /// <summary>The connections for other queries of the same request.</summary>
    internal SearchDatabase Search => search;

    /// <summary>
    /// Reads the articles that <paramref name="found"/> selects; it begins with <see cref="Select"/>. <paramref name="query"/> names the
    /// query in the cache: the same name stands for the same list, with the articles that it has at that time.
    /// </summary>
    internal async Task<IReadOnlyList<ListedArticle>> Read(
        string query, string found, string order, CancellationToken ct, params IReadOnlyList<object> arguments)
    {
        var held = documents.Of(query);
        var rows = await search.Read(
            $"""
            select found.version, case when found.version = any(${arguments.Count + 1}) then null else found.data end,
              coalesce(d.comments, 0) as comments, found.id = any({FeaturedList.Ids}), found.place
            from ({found}) found
            left join articles.mt_doc_articlediscussion d on d.id = 'discussion-' || substr(found.id, length('article-') + 1)
            order by {order}
            """,
            row =>
            {
                var version = row.GetString(0);
                var summary = held.Document<ArticleSummary>(version, row, 1);
                var article = new ListedArticle(summary, row.GetInt32(2), row.GetBoolean(3))
                {
                    Place = row.IsDBNull(4) ? null : (Place)row.GetInt32(4),
                };
                return (Version: version, Article: article);
            },
            ct,
            [.. arguments, held.Versions]);
        held.Remember(rows.Select(r => r.Version));
        return [.. rows.Select(r => r.Article)];
    }

    private static string SelectWith(string columns) =>
        $"select s.id, s.published_at, s.data, {DocumentCache.Version("s")} as version, {columns} from articles.mt_doc_articlesummary s";
}
