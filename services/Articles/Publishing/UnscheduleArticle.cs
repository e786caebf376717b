using Platform.EventSourcing;
using Platform.Web;


namespace Articles.Publishing;

/// <summary>Cancels a scheduled publication. The draft is kept.</summary>
public sealed record UnscheduleArticle
{
    public IEnumerable<object> Decide(Article? article)
    {
        if (article is null) throw new NotFound("There is no article with this id.");
        if (article.ScheduledFor is not null) yield return new ArticleUnscheduled();
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/articles/{id:guid}/unschedule", async (
            Guid id, IfMatch seen, HttpContext http, Decider decider, CancellationToken ct) =>
            {
                var decision = await decider.Decide<Article>(Streams.Article(id), seen.Expected, new UnscheduleArticle().Decide, ct);
                return decision.Written(http, $"/api/articles/{id}");
            }).Requires(Roles.Publishing);
}
