using Microsoft.AspNetCore.Mvc;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Articles;

/// <summary>Shows the draft to readers: the first time as published, later as a revision. Dates of the past are kept as given.</summary>
public sealed record PublishArticle(DateTimeOffset Now, DateTimeOffset? PublishedAt)
{
    public IEnumerable<object> Decide(Article? article)
    {
        if (article?.Draft is null) throw new NotFound("There is no article with this id. PUT it first.");
        if (article.Published is null || article.Retracted) yield return new ArticlePublished(article.Draft, PublishedAt ?? article.PublishedAt ?? Now);
        else if (!article.Draft.Says(article.Published)) yield return new ArticleRevised(article.Draft, article.PublishedAt!.Value, Now);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/articles/{id:guid}/publish", async (Guid id, [FromBody] PublishRequest? request, IfMatch seen, HttpContext http, TimeProvider clock, Decider decider, CancellationToken ct) =>
        {
            var now = clock.Now();
            if (request?.PublishedAt > now) throw new Malformed("publishedAt", "must not be in the future");
            var decision = await decider.Decide<Article>(Streams.Article(id), seen.Expected, new PublishArticle(now, request?.PublishedAt?.Instant()).Decide, ct);
            http.Response.Name("articles", Streams.Article(id));
            return decision.Written(http, $"/api/articles/{id}");
        }).Requires(Roles.Editor);
}

/// <summary><c>publishedAt</c>: when it was first published elsewhere; now where absent.</summary>
public sealed record PublishRequest(DateTimeOffset? PublishedAt = null);
