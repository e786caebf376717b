using Marten;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Articles;

/// <summary><c>GET /api/articles/{id}/draft</c>: what an editor works on, with the version to send back as If-Match.</summary>
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
/// <c>state</c>: draft, scheduled, published or retracted; <c>changed</c>: the draft differs from what readers see; <c>scheduledFor</c>:
/// when it will be shown.
/// </summary>
public sealed record ArticleDraftView(
    Guid Id, string State, bool Changed, Content Draft, DateTimeOffset? ScheduledFor = null, DateTimeOffset? PublishedAt = null)
{
    internal static ArticleDraftView Of(Guid id, Article article) =>
        new(id, article.State, !article.Draft!.Says(article.Published), article.Draft, article.ScheduledFor, article.PublishedAt);
}
