using Articles.Featured;
using Articles.Search;
using Articles.Texts;
using Marten;
using Platform.Web;

namespace Articles.Reading;

/// <summary>
/// <c>GET /api/most-discussed?days=&amp;lang=&amp;limit=</c>: Lists the published articles with the most comments. <c>days</c> limits the
/// list to articles published within the last days; if absent, all articles are included.
/// </summary>
public static class MostDiscussed
{
    public static void Configure(StoreOptions store) =>
        store.Schema.For<ArticleDiscussion>().Duplicate(d => d.Comments, notNull: true).Index(d => new { d.Comments, d.Id });

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/most-discussed", async (
            int? days,
            string? lang,
            int? limit,
            HttpContext http,
            TimeProvider clock,
            IQuerySession session,
            CancellationToken ct) =>
        {
            if (days is < 1 or > 3650) throw new Malformed("days", "must be a number from 1 to 3650");
            if (limit is < 1 or > 100) throw new Malformed("limit", "must be a number from 1 to 100");
            var language = Language.Requested(lang);
            var since = days is null ? DateTimeOffset.UnixEpoch : clock.GetUtcNow().AddDays(-days.Value);
            var rows = await session.QueryAsync<ArticleSummary>(
                $"""
                select s.data from articles.mt_doc_articlediscussion d
                join {ArticleIndexProjection.Table} i on i.id = 'article-' || substr(d.id, 12)
                join articles.mt_doc_articlesummary s on s.id = i.id
                where d.comments > 0 and i.published_at >= ? order by d.comments desc, d.id desc limit ?
                """, ct, since, limit ?? 10);
            var counts = await ArticleList.Counts(session, rows, ct);
            var featured = (await session.LoadAsync<FeaturedArticles>(Streams.Featured, ct))?.Articles ?? [];
            http.Response.TagWithKeys(ArticleList.Keys(rows));
            return Responses.WithETag(new { items = rows.Select(r => ArticleItem.Of(r, language, counts, featured)) });
        }).AllowAnonymous();
}
