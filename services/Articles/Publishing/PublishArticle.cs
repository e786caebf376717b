using System.ComponentModel.DataAnnotations;
using Articles.Texts;
using Articles.Workflow;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Publishing;

/// <summary>
/// Publishes the draft of an article. If the article is published already, this is a revision, with a note for readers if it corrects
/// something. A publication date in the past is kept.
/// </summary>
public sealed record PublishArticle(
    DateTimeOffset Now,
    DateTimeOffset? PublishedAt,
    Person By,
    FourEyes Rule,
    string? Correction = null)
{
    public IEnumerable<object> Decide(Article? article)
    {
        if (article?.Draft is null) throw new NotFound("There is no article with this id. Create it with PUT first.");
        if (article.HasChanges) Rule.RequireSecondPerson(article, By);
        return Publish(article, PublishedAt, Now, Correction);
    }

    /// <summary>The events that publish the draft at <paramref name="now"/>, for an editor and for the schedule.</summary>
    internal static IEnumerable<object> Publish(Article article, DateTimeOffset? publishedAt, DateTimeOffset now, string? correction)
    {
        if (article.Published is null || article.Retracted)
            yield return new ArticlePublished(article.Draft!, publishedAt ?? article.PublishedAt ?? now);
        else
        {
            if (!article.Draft!.IsSameAs(article.Published))
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
            NpgsqlDataSource database,
            Decider decider,
            CancellationToken ct) =>
            {
                var now = clock.Now();
                if (request?.PublishedAt > now)
                    throw new Malformed("publishedAt", "must not be in the future; use POST .../schedule to publish it later");
                var command = new PublishArticle(
                    now,
                    request?.PublishedAt?.Instant(),
                    Person.Of(http),
                    await FourEyes.Load(database, id, ct),
                    PlainText.CleanOrNull(request?.Correction));
                var decision = await decider.Decide<Article>(Streams.Article(id), seen.Expected, command.Decide, ct);
                http.Response.TagWithKeys(SurrogateKey.Articles, SurrogateKey.Article(id));
                return decision.Written(http, $"/api/articles/{id}");
            }).Requires(Roles.Publishing);
}

/// <summary>
/// <c>publishedAt</c> is when the article was first published, if that was in the past; if absent, it is published with the current time.
/// <c>correction</c> is a note that tells readers what this revision corrects.
/// </summary>
public sealed record PublishRequest(DateTimeOffset? PublishedAt = null, [property: Visible, StringLength(500)] string? Correction = null);
