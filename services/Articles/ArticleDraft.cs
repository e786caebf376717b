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
            var stream = await session.Events.FetchStreamStateAsync(Streams.Article(id), ct) ?? throw new NotFound("There is no article with this id.");
            var article = await session.Events.AggregateStreamAsync<Article>(Streams.Article(id), stream.Version, token: ct);
            return Versions.Versioned(http, $"{stream.Version}", new ArticleDraftView(id, State(article!), !article!.Draft!.Says(article.Published), article.Draft));
        }).Requires(Roles.Editor);

    private static string State(Article article) => article.Retracted ? "retracted" : article.Published is null ? "draft" : "published";
}

/// <summary><c>state</c>: draft, published or retracted; <c>changed</c>: the draft differs from what readers see.</summary>
public sealed record ArticleDraftView(Guid Id, string State, bool Changed, Content Draft);
