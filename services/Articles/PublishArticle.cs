using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Articles;

/// <summary>
/// Shows the draft to readers: the first time as published, later as a revision, with a note where it corrects something. Dates of the past
/// are kept as given.
/// </summary>
public sealed record PublishArticle(DateTimeOffset Now, DateTimeOffset? PublishedAt, string? Correction = null)
{
    public IEnumerable<object> Decide(Article? article)
    {
        if (article?.Draft is null) throw new NotFound("There is no article with this id. PUT it first.");
        return Show(article, PublishedAt, Now, Correction);
    }

    /// <summary>What makes readers see the draft at <paramref name="now"/>; the same by hand and by schedule.</summary>
    internal static IEnumerable<object> Show(Article article, DateTimeOffset? publishedAt, DateTimeOffset now, string? correction)
    {
        if (article.Published is null || article.Retracted)
            yield return new ArticlePublished(article.Draft!, publishedAt ?? article.PublishedAt ?? now);
        else
        {
            if (!article.Draft!.Says(article.Published))
                yield return new ArticleRevised(article.Draft, article.PublishedAt!.Value, now)
                {
                    Correction = correction is null ? null : new(correction, now),
                };
            if (article.ScheduledFor is not null) yield return new ArticleUnscheduled();
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/articles/{id:guid}/publish", async (
            Guid id,
            [FromBody] PublishRequest? request,
            IfMatch seen,
            HttpContext http,
            TimeProvider clock,
            Decider decider,
            CancellationToken ct) =>
            {
                var now = clock.Now();
                if (request?.PublishedAt > now)
                    throw new Malformed("publishedAt", "must not be in the future; POST .../schedule shows it at a later moment");
                var decision = await decider.Decide<Article>(
                    Streams.Article(id),
                    seen.Expected,
                    new PublishArticle(now, request?.PublishedAt?.Instant(), PlainText.CleanOrNull(request?.Correction)).Decide,
                    ct);
                http.Response.Name("articles", Streams.Article(id));
                return decision.Written(http, $"/api/articles/{id}");
            }).Requires(Roles.Editor);
}

/// <summary>
/// <c>publishedAt</c>: when it was first published elsewhere; now where absent. <c>correction</c>: what this revision puts right, for
/// readers.
/// </summary>
public sealed record PublishRequest(DateTimeOffset? PublishedAt = null, [property: Visible, StringLength(500)] string? Correction = null);
