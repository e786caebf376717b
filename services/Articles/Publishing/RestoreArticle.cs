using Marten;
using Microsoft.AspNetCore.Mvc;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Publishing;

/// <summary>
/// Restores the content of an earlier version as the draft. The history is kept, and readers see the restored content only after it is
/// published.
/// </summary>
public sealed record RestoreArticle(Content Old, long Version)
{
    public IEnumerable<object> Decide(Article? article)
    {
        if (article?.Draft is null) throw new NotFound("There is no article with this id.");
        if (!Old.IsSameAs(article.Draft)) yield return new DraftRevised(Old) { RestoredFrom = Version };
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/articles/{id:guid}/restore", async (
            Guid id,
            [FromBody] RestoreRequest request,
            IfMatch seen,
            HttpContext http,
            Decider decider,
            IQuerySession session,
            CancellationToken ct) =>
            {
                var old = await ArticleHistory.At(session, id, request.Version, ct);
                var decision = await decider.Decide<Article>(
                    Streams.Article(id),
                    seen.Expected,
                    new RestoreArticle(old.Draft!, request.Version).Decide,
                    (s, before, after, token) => Slugs.Reserve(s, id, before, after, token),
                    ct);
                return decision.Written(http, $"/api/articles/{id}");
            }).Requires(Roles.Editor);
}

/// <summary><c>version</c> is a version from the article's history.</summary>
public sealed record RestoreRequest(long Version);
