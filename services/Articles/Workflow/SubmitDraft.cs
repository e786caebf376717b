using Articles.Publishing;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Workflow;

/// <summary>Submits a draft for review.</summary>
public sealed record SubmitDraft(Person By)
{
    public IEnumerable<object> Decide(Article? article)
    {
        if (article?.Draft is null) throw new NotFound("There is no article with this id. Create it with PUT first.");
        By.RequireWriting(article);
        if (article.ScheduledFor is not null)
            throw new Rejected("The article is scheduled already. Cancel the schedule to review it again.");
        if (!article.HasChanges) throw new Rejected("The draft is the same as the published content, so there is nothing to review.");
        if (article.Review is null) yield return new DraftSubmitted();
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/articles/{id:guid}/submit", async (
            Guid id, IfMatch seen, HttpContext http, Decider decider, CancellationToken ct) =>
            {
                var decision = await decider.Decide<Article>(
                    Streams.Article(id), seen.Expected, new SubmitDraft(Person.Of(http)).Decide, ct);
                return decision.Written(http, $"/api/articles/{id}");
            }).Requires(Roles.Writers);
}
