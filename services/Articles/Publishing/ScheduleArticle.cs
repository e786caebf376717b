using Articles.Workflow;
using Npgsql;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Publishing;

/// <summary>Schedules publication. The draft is published with the content that it has at that time.</summary>
public sealed record ScheduleArticle(DateTimeOffset At, Person By, FourEyes Rule)
{
    public IEnumerable<object> Decide(Article? article)
    {
        if (article?.Draft is null) throw new NotFound("There is no article with this id. Create it with PUT first.");
        if (!article.Retracted && article.Draft.IsSameAs(article.Published))
            throw new Rejected("The draft is the same as the published content, so there is nothing to schedule. Change the draft first.");
        if (article.ScheduledFor == At) yield break;
        Rule.RequireSecondPerson(article, By);
        yield return new ArticleScheduled(At);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/articles/{id:guid}/schedule", async (
            Guid id,
            ScheduleRequest request,
            IfMatch seen,
            HttpContext http,
            TimeProvider clock,
            NpgsqlDataSource database,
            Decider decider,
            CancellationToken ct) =>
            {
                if (request.At <= clock.GetUtcNow())
                    throw new Malformed("at", "must be in the future; use POST .../publish to publish it now");
                var command = new ScheduleArticle(request.At.Instant(), Person.Of(http), await FourEyes.Load(database, id, ct));
                var decision = await decider.Decide<Article>(Streams.Article(id), seen.Expected, command.Decide, ct);
                return decision.Written(http, $"/api/articles/{id}");
            }).Requires(Roles.Publishing);
}

/// <summary><c>at</c> is when the article is to be published, with its UTC offset.</summary>
public sealed record ScheduleRequest(DateTimeOffset At);
