using Articles.Workflow;
using JasperFx.Events;
using Marten;
using Npgsql;
using Platform.Web;

namespace Articles.Publishing;

/// <summary><c>GET /api/articles/{id}/draft</c>: Returns the draft of an article. Send its ETag as If-Match to change it.</summary>
public static class ArticleDraft
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/articles/{id:guid}/draft", async (
            Guid id, HttpContext http, IQuerySession session, NpgsqlDataSource database, CancellationToken ct) =>
            {
                var events = await session.Events.FetchStreamAsync(Streams.Article(id), token: ct);
                if (events.Count == 0) throw new NotFound("There is no article with this id.");
                var article = events.Aggregate(new Article { Id = Streams.Article(id) }, (a, e) => a.Evolve(e.Data));
                Person.Of(http).RequireReading(article);
                var rule = await FourEyes.Load(database, null, ct) with { LastWriter = LastWriter(events) };
                return Versions.Versioned(http, $"{events[^1].Version}", ArticleDraftView.Of(id, article, events, rule));
            }).Requires(Roles.Newsroom);

    private static string? LastWriter(IEnumerable<IEvent> events) =>
        events.LastOrDefault(e => e.Data is ArticleDrafted or DraftRevised)?.UserName;
}

/// <summary>
/// The draft of an article. <c>state</c> is draft, scheduled, published or retracted. <c>changed</c> is true if the draft differs from the
/// published content. <c>scheduledFor</c> is when the draft will be published. <c>stage</c> is how far the draft is: draft, inReview,
/// ready, scheduled, published or retracted. <c>changedBy</c> wrote the last change; if <c>fourEyes</c> is true, that person cannot approve
/// or publish it. <c>returnNote</c> is what a reviewer asked for. <c>translations</c> has the sources of translations, by language.
/// </summary>
public sealed record ArticleDraftView(
    Guid Id,
    string State,
    bool Changed,
    Content Draft,
    DateTimeOffset? ScheduledFor = null,
    DateTimeOffset? PublishedAt = null)
{
    public string Stage { get; init; } = "draft";
    public bool FourEyes { get; init; }
    public string? CreatedBy { get; init; }
    public string? ChangedBy { get; init; }
    public string? Assignee { get; init; }
    public string? ReturnNote { get; init; }
    public IReadOnlyDictionary<string, TranslationView>? Translations { get; init; }

    internal static ArticleDraftView Of(Guid id, Article article, IReadOnlyList<IEvent> events, FourEyes rule) =>
        new(id, article.State, !article.Draft!.IsSameAs(article.Published), article.Draft, article.ScheduledFor, article.PublishedAt)
        {
            Stage = article.Stage,
            FourEyes = rule.AppliesTo(article),
            CreatedBy = article.CreatedBy,
            ChangedBy = rule.WriterOf(article),
            Assignee = article.Assignee,
            ReturnNote = article.ReturnNote,
            Translations = article.Translations is null ? null : TranslationView.Of(article, events),
        };
}
