using Articles.Reading;
using Articles.Texts;
using Marten;
using Platform.Web;

namespace Articles.Featured;

/// <summary>
/// <c>GET /api/featured</c>: Lists the featured articles in the order that editors chose. To change the order, send <c>version</c> as
/// If-Match.
/// </summary>
public static class FeaturedList
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/featured", async (string? lang, HttpContext http, IQuerySession session, CancellationToken ct) =>
        {
            var language = Language.Requested(lang);
            var featured = await session.LoadAsync<FeaturedArticles>(Streams.Featured, ct);
            var articles = featured?.Articles ?? [];
            var rows = (await session.LoadManyAsync<ArticleSummary>(ct, articles.Select(Streams.Article))).ToDictionary(r => r.Id);
            var counts = await ArticleList.Counts(session, rows.Values, ct);
            http.Response.TagWithKeys(ArticleList.Keys(rows.Values));
            var shown = articles.Select(a => rows.GetValueOrDefault(Streams.Article(a))).OfType<ArticleSummary>();
            return Responses.WithETag(
                new FeaturedView(featured?.Version ?? 0, [.. shown.Select(r => ArticleItem.Of(r, language, counts, articles))]));
        }).AllowAnonymous();
}

/// <summary>The featured articles, and the version of their order.</summary>
public sealed record FeaturedView(long Version, IReadOnlyList<ArticleItem> Items);
