using Articles.Media;
using Articles.Texts;
using Platform.Web;

namespace Articles.Reading;

/// <summary>
/// <c>GET /api/most-discussed?days=&amp;lang=&amp;limit=</c>: Lists the published articles with the most comments. <c>days</c> limits the
/// list to articles published within the last days; if absent, all articles are included.
/// </summary>
public static class MostDiscussed
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/most-discussed", async (
            int? days,
            string? lang,
            int? limit,
            HttpContext http,
            TimeProvider clock,
            ListedArticles listed,
            CoverPictures covers,
            CancellationToken ct) =>
        {
            if (days is < 1 or > 3650) throw new Malformed("days", "must be a number from 1 to 3650");
            if (limit is < 1 or > 100) throw new Malformed("limit", "must be a number from 1 to 100");
            var language = Language.Requested(lang);
            var most = limit ?? 10;
            // Written into the statement and not passed as an argument, so that the plan fits the number of articles since then.
            var since = days is null ? "" : $"and s.published_at >= timestamptz '{clock.GetUtcNow().AddDays(-days.Value):O}'";
            var articles = await listed.Read(
                $"most discussed {days} {most}",
                $"""
                {ListedArticles.Select} join articles.mt_doc_articlediscussion d on s.id = 'article-' || substr(d.id, 12)
                where d.comments > 0 {since} order by d.comments desc, d.id desc limit {most}
                """,
                ListedArticles.ByComments,
                ct);
            var pictures = await covers.Of(articles, ct);
            http.Response.TagWithKeys(
                [.. ArticleList.Keys(articles), .. pictures.Keys, SurrogateKey.Ranking(articles.Count < most ? 1 : articles[^1].Comments)]);
            return Responses.WithETag(new { items = articles.Select(a => ArticleItem.Of(a, language, pictures)) });
        }).AllowAnonymous();
}
