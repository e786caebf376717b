using System.ComponentModel.DataAnnotations;
using Articles.Reading;
using Marten;
using Microsoft.AspNetCore.Mvc;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Featured;

/// <summary>Adds an article to the featured articles, or moves it within them. A new one without a position becomes the first.</summary>
public sealed record FeatureArticle(Guid ArticleId, int? Position)
{
    public IEnumerable<object> Decide(FeaturedArticles? featured)
    {
        var articles = featured?.Articles ?? [];
        var at = Enumerable.Range(0, articles.Count).Where(i => articles[i] == ArticleId).Select(i => (int?)i).FirstOrDefault();
        if (at is null)
        {
            if (articles.Count >= FeaturedArticles.MaxCount)
                throw new Rejected($"{FeaturedArticles.MaxCount} articles are already featured. Remove one of them first.");
            yield return new ArticlePinned(ArticleId, Math.Min(Position ?? 0, articles.Count));
        }
        else if (Position is { } position && Math.Min(position, articles.Count - 1) != at)
            yield return new ArticleMoved(ArticleId, Math.Min(position, articles.Count - 1));
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/articles/{id:guid}/feature", async (
            Guid id,
            [FromBody] FeatureRequest? request,
            IfMatch seen,
            HttpContext http,
            Decider decider,
            IQuerySession session,
            CancellationToken ct) =>
            {
                if (await session.LoadAsync<ArticlePage>(Streams.Article(id), ct) is not { RetractionNote: null })
                    throw new NotFound("There is no published article with this id.");
                var decision = await decider.Decide<FeaturedArticles>(
                    Streams.Featured, seen.Expected, new FeatureArticle(id, request?.Position).Decide, ct);
                http.Response.TagWithKeys(SurrogateKey.Featured);
                http.Response.Headers.ETag = http.Tag($"{decision.Version}");
                return TypedResults.NoContent();
            }).Requires(Roles.Editor);
}

/// <summary><c>position</c> is the position among the featured articles, starting at 0.</summary>
public sealed record FeatureRequest([property: Range(0, FeaturedArticles.MaxCount - 1)] int? Position = null);
