using Marten;
using Microsoft.AspNetCore.Mvc;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Articles;

/// <summary>Takes up the text of an old version as the draft: a new event, nothing is undone. Publish it to show it.</summary>
public sealed record RestoreArticle(Content Old, long Version)
{
    public IEnumerable<object> Decide(Article? article)
    {
        if (article?.Draft is null) throw new NotFound("There is no article with this id.");
        if (!Old.Says(article.Draft)) yield return new DraftRevised(Old) { RestoredFrom = Version };
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
                    (s, before, after, token) => Slugs.Follow(s, id, before, after, token),
                    ct);
                return decision.Written(http, $"/api/articles/{id}");
            }).Requires(Roles.Editor);
}

/// <summary><c>version</c>: one of those in the article's history.</summary>
public sealed record RestoreRequest(long Version);
