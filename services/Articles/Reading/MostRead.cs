using Articles.Media;
using Articles.Texts;
using Platform.Web;

namespace Articles.Reading;

/// <summary>
/// <c>GET /api/most-read?days=&amp;lang=&amp;limit=</c>: Lists the published articles that were read most often during the last days
/// (default: 7, in UTC).
/// </summary>
public static class MostRead
{
    private const int DefaultDays = 7;

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/most-read", async (
            int? days,
            string? lang,
            int? limit,
            HttpContext http,
            TimeProvider clock,
            ListedArticles listed,
            CoverPictures covers,
            CancellationToken ct) =>
        {
            if (days is < 1 or > ReadCounts.KeptDays) throw new Malformed("days", $"must be a number from 1 to {ReadCounts.KeptDays}");
            if (limit is < 1 or > 100) throw new Malformed("limit", "must be a number from 1 to 100");
            var language = Language.Requested(lang);
            var most = limit ?? 10;
            var first = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(1 - (days ?? DefaultDays));
            const string Reads = $"select article_id, sum(reads) as reads from {ReadCounts.Table} where day >= $1 group by article_id";
            var articles = await listed.Read(
                $"most read {days} {most}",
                $"""
                {ListedArticles.Select} join ({Reads}) r on s.id = 'article-' || r.article_id::text
                order by r.reads desc, s.id desc limit {most}
                """,
                $"(select r.reads from ({Reads}) r where 'article-' || r.article_id::text = found.id) desc, found.id desc",
                ct,
                first);
            // No key stands for the counts: the list is as old as the lifetime of a cached response at most.
            var pictures = await covers.Of(articles, ct);
            http.Response.TagWithKeys(ArticleList.Keys(articles).Concat(pictures.Keys));
            return Responses.WithETag(new { items = articles.Select(a => ArticleItem.Of(a, language, pictures)) });
        }).AllowAnonymous();
}
