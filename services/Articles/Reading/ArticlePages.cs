using Articles.Featured;
using Articles.Search;
using Articles.Texts;

namespace Articles.Reading;

/// <summary>
/// The page of an article with what is joined to it: the number of its comments, whether it is featured, the next older and the next newer
/// article of its section, and the related ones that an editor chose, in that order and without articles that readers cannot see.
/// </summary>
internal sealed record JoinedPage(
    ArticlePage Page,
    int Comments,
    bool IsFeatured,
    ArticleSummary? Previous,
    ArticleSummary? Next,
    IReadOnlyList<ArticleSummary> Related);

/// <summary>Reads the page of an article, and everything that is joined to it, in one statement.</summary>
public sealed class ArticlePages(SearchDatabase search, DocumentCache documents)
{
    private static readonly string WithId = Sql("$1"), WithSlug = Sql(
        "(select 'article-' || (data ->> 'articleId') from articles.mt_doc_slugowner where id = $1)");

    /// <summary>Null if the article was never published.</summary>
    internal Task<JoinedPage?> ById(Guid id, CancellationToken ct) => Read(WithId, Streams.Article(id), ct);

    /// <summary>
    /// Null if no article was ever published under the slug. Drafts own slugs too, so only the page says which slugs were published.
    /// </summary>
    internal async Task<JoinedPage?> BySlug(string slug, CancellationToken ct) =>
        Slug.IsValid(slug) && await Read(WithSlug, Streams.Slug(slug), ct) is { } read && read.Page.Slugs.ContainsKey(slug) ? read : null;

    private async Task<JoinedPage?> Read(string sql, string key, CancellationToken ct)
    {
        var held = documents.Of(key);
        var (version, page) = held.First<ArticlePage>();
        var rows = await search.Read(
            sql,
            row =>
            {
                var (role, found) = (row.GetString(0), row.GetString(1));
                object document = role == "page"
                    ? held.Document<ArticlePage>(found, row, 2)
                    : held.Document<ArticleSummary>(found, row, 2);
                return (Role: role, Version: found, Document: document, Comments: row.GetInt32(3), IsFeatured: row.GetBoolean(4));
            },
            ct,
            key,
            version,
            page?.Content?.Section ?? "",
            page?.PublishedAt?.ToUniversalTime() ?? DateTimeOffset.UnixEpoch,
            (page?.Content?.Related ?? []).Select(Streams.Article).ToArray(),
            held.Versions);
        held.Remember(rows.Select(r => r.Version));
        var first = rows.Find(r => r.Role == "page");
        if (first.Document is not ArticlePage read) return null;
        ArticleSummary[] With(string role) => [.. rows.Where(r => r.Role == role).Select(r => (ArticleSummary)r.Document)];
        return new(
            read, first.Comments, first.IsFeatured, With("previous").FirstOrDefault(), With("next").FirstOrDefault(), With("related"));
    }

    /// <summary>
    /// One row per document: its role, its version, the document unless the caller holds that version, and for the page the number of
    /// comments and whether it is featured. A caller that holds the page in the version $2 passes its section ($3), its time ($4) and its
    /// related articles ($5), so that PostgreSQL need not unpack the document to find them. $6 are the versions that the caller holds.
    /// </summary>
    private static string Sql(string id) =>
        $$"""
        with page as materialized (
          select id, version,
            case when is_held then null else data end as data,
            case when is_held then $3 else data #>> '{content,section}' end as section,
            case when is_held then $4 else (data ->> 'publishedAt')::timestamptz end as published_at,
            case when is_held then $5 else array(
              select 'article-' || article from jsonb_array_elements_text(data #> '{content,related}') article) end as related
          from (
            select id, data, {{DocumentCache.Version("p")}} as version, {{DocumentCache.Version("p")}} = $2 as is_held
            from articles.mt_doc_articlepage p where id = {{id}} offset 0
          ) stored
        )
        select 'page', page.version, page.data, coalesce(d.comments, 0), page.id = any({{FeaturedList.Ids}})
        from page
        left join articles.mt_doc_articlediscussion d on d.id = 'discussion-' || substr(page.id, length('article-') + 1)
        union all ({{Linked("previous", Neighbour("<", "desc"))}})
        union all ({{Linked("next", Neighbour(">", "asc"))}})
        union all ({{Linked("related", Related)}})
        """;

    private static string Linked(string role, string summaries) =>
        $"""
        select '{role}', linked.version, case when linked.version = any($6) then null else linked.data end, 0, false
        from page cross join lateral ({summaries}) linked
        """;

    private static string Summaries => $"select s.data, {DocumentCache.Version("s")} as version";

    private static string Neighbour(string comparison, string direction) =>
        $"""
        {Summaries} from articles.mt_doc_articlesummary s
        where s.section = page.section and (s.published_at, s.id) {comparison} (page.published_at, page.id)
        order by s.published_at {direction}, s.id {direction} limit 1
        """;

    private static string Related =>
        $"""
        {Summaries} from unnest(page.related) with ordinality chosen(id, place)
        join articles.mt_doc_articlesummary s on s.id = chosen.id order by chosen.place
        """;
}
