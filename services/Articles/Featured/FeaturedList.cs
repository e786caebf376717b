using Articles.Media;
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
    /// <summary>An SQL array with the stream ids of the featured articles.</summary>
    internal const string Ids =
        "array(select 'article-' || article from articles.mt_doc_featuredarticles featured, "
        + $"jsonb_array_elements_text(featured.data -> 'articles') article where featured.id = '{Streams.Featured}')";

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/featured", async (
            string? lang,
            HttpContext http,
            IQuerySession session,
            ListedArticles listed,
            CoverPictures covers,
            CancellationToken ct) =>
        {
            var language = Language.Requested(lang);
            var featured = await session.LoadAsync<FeaturedArticles>(Streams.Featured, ct);
            string[] ids = [.. (featured?.Articles ?? []).Select(Streams.Article)];
            var articles = await listed.Read(
                "featured", $"{ListedArticles.Select} where s.id = any($1)", ListedArticles.ByTime, ct, [ids]);
            var pictures = await covers.Of(articles, ct);
            http.Response.TagWithKeys(ArticleList.Keys(articles).Concat(pictures.Keys));
            var inOrder = articles.OrderBy(a => Array.IndexOf(ids, a.Summary.Id)).Select(a => a with { IsFeatured = true });
            return Responses.WithETag(
                new FeaturedView(featured?.Version ?? 0, [.. inOrder.Select(a => ArticleItem.Of(a, language, pictures))]));
        }).AllowAnonymous();
}

/// <summary>The featured articles, and the version of their order.</summary>
public sealed record FeaturedView(long Version, IReadOnlyList<ArticleItem> Items);
