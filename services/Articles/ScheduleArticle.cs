using Platform.EventSourcing;
using Platform.Hosting;

namespace Articles;

/// <summary>Has the draft, as it will stand then, shown to readers at a later moment.</summary>
public sealed record ScheduleArticle(DateTimeOffset At)
{
    public IEnumerable<object> Decide(Article? article)
    {
        if (article?.Draft is null) throw new NotFound("There is no article with this id. PUT it first.");
        if (!article.Retracted && article.Draft.Says(article.Published))
            throw new Rejected("Readers see this very text already, so there is nothing to schedule. Change the draft first.");
        if (article.ScheduledFor != At) yield return new ArticleScheduled(At);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/articles/{id:guid}/schedule", async (
            Guid id,
            ScheduleRequest request,
            IfMatch seen,
            HttpContext http,
            TimeProvider clock,
            Decider decider,
            CancellationToken ct) =>
            {
                if (request.At <= clock.GetUtcNow()) throw new Malformed("at", "must be in the future; POST .../publish shows it now");
                var decision = await decider.Decide<Article>(
                    Streams.Article(id), seen.Expected, new ScheduleArticle(request.At.Instant()).Decide, ct);
                return decision.Written(http, $"/api/articles/{id}");
            }).Requires(Roles.Editor);
}

/// <summary><c>at</c>: when readers are to see it, with its offset.</summary>
public sealed record ScheduleRequest(DateTimeOffset At);
