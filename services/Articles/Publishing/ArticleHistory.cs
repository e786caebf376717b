using Articles.Workflow;
using JasperFx.Events;
using Marten;
using Platform.Web;

namespace Articles.Publishing;

/// <summary>
/// <c>GET /api/articles/{id}/history</c>: Lists every change of an article with its version, time and author, newest first.
/// </summary>
public static class ArticleHistory
{
    private sealed record Key(long Version);

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/articles/{id:guid}/history", async (
            Guid id, Paging paging, HttpContext http, IQuerySession session, CancellationToken ct) =>
        {
            await Person.Of(http).RequireReading(session, id, ct);
            var events = await session.Events.FetchStreamAsync(Streams.Article(id), token: ct);
            if (events.Count == 0) throw new NotFound("There is no article with this id.");
            var before = paging.After<Key>()?.Version ?? long.MaxValue;
            return paging.Page([.. events.Where(e => e.Version < before).Reverse().Take(paging.Limit + 1)], e => new Key(e.Version), Show);
        }).Requires(Roles.Newsroom);

    /// <summary>The article as of a version.</summary>
    internal static async Task<Article> At(IQuerySession session, Guid id, long version, CancellationToken ct)
    {
        var stream = await session.Events.FetchStreamStateAsync(Streams.Article(id), ct)
            ?? throw new NotFound("There is no article with this id.");
        if (version < 1 || version > stream.Version)
            throw new NotFound($"The article has no version {version}. Its versions are 1 to {stream.Version}.");
        return (await session.Events.AggregateStreamAsync<Article>(Streams.Article(id), version, token: ct))!;
    }

    private static HistoryItem Show(IEvent e) => e.Data switch
    {
        ArticleDrafted d => Item(e, "drafted", d.Draft),
        DraftRevised d => Item(e, d.RestoredFrom is null ? "draftRevised" : "restored", d.Draft) with { RestoredFrom = d.RestoredFrom },
        ArticleScheduled s => Item(e, "scheduled") with { ScheduledFor = s.At },
        ArticleUnscheduled => Item(e, "unscheduled"),
        ArticlePublished p => Item(e, "published", p.Content) with { PublishedAt = p.PublishedAt },
        ArticleRevised r => Item(e, r.Correction is null ? "revised" : "corrected", r.Content) with
        {
            PublishedAt = r.PublishedAt,
            Note = r.Correction?.Note,
        },
        ArticleRetracted r => Item(e, "retracted") with { Note = r.Note },
        DraftSubmitted => Item(e, "submitted"),
        DraftApproved => Item(e, "approved"),
        DraftReturned r => Item(e, "returned") with { Note = r.Note },
        ArticleAssigned a => Item(e, a.To is null ? "unassigned" : "assigned") with { Person = a.To },
        TranslationMarked t => Item(e, "translationMarked") with { Lang = t.Lang },
        _ => Item(e, e.EventTypeName),
    };

    private static HistoryItem Item(IEvent e, string what, Content? content = null) =>
        new(
            e.Version,
            what,
            e.Timestamp,
            e.UserName ?? "",
            content?.Texts.OrderBy(t => Languages.Rank(t.Key)).ToDictionary(t => t.Key, t => t.Value.Title));
}

/// <summary>
/// One change. <c>what</c> is drafted, draftRevised, restored, scheduled, unscheduled, published, revised, corrected, retracted, submitted,
/// approved, returned, assigned, unassigned or translationMarked. <c>titles</c> has the title in each language. <c>person</c> is the one to
/// whom the article was assigned, and <c>lang</c> the language of a translation that was compared with its source.
/// </summary>
public sealed record HistoryItem(
    long Version,
    string What,
    DateTimeOffset At,
    string By,
    IReadOnlyDictionary<string, string>? Titles)
{
    public long? RestoredFrom { get; init; }
    public DateTimeOffset? ScheduledFor { get; init; }
    public DateTimeOffset? PublishedAt { get; init; }
    public string? Note { get; init; }
    public string? Person { get; init; }
    public string? Lang { get; init; }
}
