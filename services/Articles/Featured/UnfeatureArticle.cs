using Platform.EventSourcing;
using Platform.Web;


namespace Articles.Featured;

/// <summary>Removes an article from the featured articles.</summary>
public sealed record UnfeatureArticle(Guid ArticleId)
{
    public IEnumerable<object> Decide(FeaturedArticles? featured)
    {
        if (featured?.Articles.Contains(ArticleId) == true) yield return new ArticleUnpinned(ArticleId);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/articles/{id:guid}/unfeature", async (
            Guid id, IfMatch seen, HttpContext http, Decider decider, CancellationToken ct) =>
            {
                var decision = await decider.Decide<FeaturedArticles>(Streams.Featured, seen.Expected, new UnfeatureArticle(id).Decide, ct);
                http.Response.TagWithKeys(SurrogateKey.Featured);
                http.Response.Headers.ETag = http.Tag($"{decision.Version}");
                return TypedResults.NoContent();
            }).Requires(Roles.Editor);
}
