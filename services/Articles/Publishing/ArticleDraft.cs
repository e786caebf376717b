using Marten;
using Platform.Web;

namespace Articles.Publishing;

/// <summary><c>GET /api/articles/{id}/draft</c>: Returns the draft of an article. Send its ETag as If-Match to change it.</summary>
public static class ArticleDraft
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/articles/{id:guid}/draft", async (Guid id, HttpContext http, IQuerySession session, CancellationToken ct) =>
        {
            var stream = await session.Events.FetchStreamStateAsync(Streams.Article(id), ct)
                ?? throw new NotFound("There is no article with this id.");
            var article = await session.Events.AggregateStreamAsync<Article>(Streams.Article(id), stream.Version, token: ct);
            return Versions.Versioned(http, $"{stream.Version}", ArticleDraftView.Of(id, article!));
        }).Requires(Roles.Editor);
}

/// <summary>
/// The draft of an article. <c>state</c> is draft, scheduled, published or retracted. <c>changed</c> is true if the draft differs from the
/// published content. <c>scheduledFor</c> is when the draft will be published.
/// </summary>
public sealed record ArticleDraftView(
    Guid Id,
    string State,
    bool Changed,
    Content Draft,
    DateTimeOffset? ScheduledFor = null,
    DateTimeOffset? PublishedAt = null)
{
    internal static ArticleDraftView Of(Guid id, Article article) =>
        new(id, article.State, !article.Draft!.IsSameAs(article.Published), article.Draft, article.ScheduledFor, article.PublishedAt);
}
