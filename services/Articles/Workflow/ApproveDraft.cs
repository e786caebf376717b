using Articles.Publishing;
using Npgsql;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Workflow;

/// <summary>Marks a draft as ready to be published. If the draft changes afterwards, it is in review again.</summary>
public sealed record ApproveDraft(Person By, FourEyes Rule)
{
    public IEnumerable<object> Decide(Article? article)
    {
        if (article?.Draft is null) throw new NotFound("There is no article with this id. Create it with PUT first.");
        if (article.ScheduledFor is not null) throw new Rejected("The article is scheduled already, so it needs no approval.");
        if (!article.HasChanges) throw new Rejected("The draft is the same as the published content, so there is nothing to approve.");
        if (article.Review == Article.Ready) yield break;
        Rule.RequireSecondPerson(article, By);
        yield return new DraftApproved();
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/articles/{id:guid}/approve", async (
            Guid id,
            IfMatch seen,
            HttpContext http,
            NpgsqlDataSource database,
            Decider decider,
            CancellationToken ct) =>
            {
                var rule = await FourEyes.Load(database, id, ct);
                var decision = await decider.Decide<Article>(
                    Streams.Article(id), seen.Expected, new ApproveDraft(Person.Of(http), rule).Decide, ct);
                return decision.Written(http, $"/api/articles/{id}");
            }).Requires(Roles.Publishing);
}
