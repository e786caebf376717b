using System.ComponentModel.DataAnnotations;
using Articles.Publishing;
using Articles.Texts;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Workflow;

/// <summary>Assigns an article to a person, who may then write it, or removes the assignment.</summary>
public sealed record AssignArticle(string? To)
{
    public IEnumerable<object> Decide(Article? article)
    {
        if (article?.Draft is null) throw new NotFound("There is no article with this id. Create it with PUT first.");
        if (article.Assignee != To) yield return new ArticleAssigned(To);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPut("/api/articles/{id:guid}/assignee", async (
            Guid id,
            AssignRequest request,
            IfMatch seen,
            HttpContext http,
            Decider decider,
            CancellationToken ct) =>
            {
                var decision = await decider.Decide<Article>(
                    Streams.Article(id), seen.Expected, new AssignArticle(PlainText.CleanOrNull(request.Person)).Decide, ct);
                return decision.Written(http, $"/api/articles/{id}/draft");
            }).Requires(Roles.Publishing);
}

/// <summary><c>person</c> is the subject of that person's tokens; absent to assign the article to no one.</summary>
public sealed record AssignRequest([property: Visible, StringLength(200)] string? Person = null);
