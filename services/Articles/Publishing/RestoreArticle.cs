using Articles.Workflow;
using Marten;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Publishing;

/// <summary>
/// Restores the content of an earlier version as the draft. The history is kept, and readers see the restored content only after it is
/// published.
/// </summary>
public sealed record RestoreArticle(
    Content Old,
    long Version,
    Person By,
    FourEyes Rule)
{
    public IEnumerable<object> Decide(Article? article)
    {
        if (article?.Draft is null) throw new NotFound("There is no article with this id.");
        By.RequireWriting(article);
        return Old.IsSameAs(article.Draft)
            ? []
            : DraftArticle.Change(article, new DraftRevised(Old) { RestoredFrom = Version, By = By.Name }, Rule);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/articles/{id:guid}/restore", async (
            Guid id,
            [FromBody] RestoreRequest request,
            IfMatch seen,
            HttpContext http,
            Decider decider,
            IQuerySession session,
            NpgsqlDataSource database,
            CancellationToken ct) =>
            {
                var person = Person.Of(http);
                await person.RequireReading(session, id, ct);
                var old = await ArticleHistory.At(session, id, request.Version, ct);
                var rule = await FourEyes.Load(database, null, ct);
                var decision = await decider.Decide<Article>(
                    Streams.Article(id),
                    seen.Expected,
                    new RestoreArticle(old.Draft!, request.Version, person, rule).Decide,
                    (s, before, after, token) => Slugs.Reserve(s, id, before, after, token),
                    ct);
                return decision.Written(http, $"/api/articles/{id}");
            }).Requires(Roles.Writers);
}

/// <summary><c>version</c> is a version from the article's history.</summary>
public sealed record RestoreRequest(long Version);
