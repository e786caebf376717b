using System.Text.Json;
using Platform.Contracts.Articles;
using Platform.Contracts.Comments;
using Platform.Contracts.CurrencyRates;
using Platform.Web;

namespace Gateway.Live;

/// <summary>
/// A live event: the newest state of a stream, for one topic. <paramref name="Article"/> is the article, or the article of the comment;
/// <paramref name="Gone"/>: readers may no longer see it; <paramref name="Langs"/>: its languages (none means all);
/// <paramref name="Data"/>: JSON.
/// </summary>
public sealed record LiveEntry(
    string Topic,
    string Stream,
    long Version,
    DateTimeOffset OccurredAt,
    Guid? Article,
    bool Gone,
    IReadOnlyList<string> Langs,
    string Data)
{
    /// <summary>The epoch of the publisher's store; versions start again in a later epoch.</summary>
    public long Epoch { get; init; }
}

/// <summary>Converts public events to live events.</summary>
public static class LiveEvents
{
    /// <summary>The topics that clients can subscribe to.</summary>
    public static readonly IReadOnlyList<string> Topics = ["article", "comment", "rates"];

    /// <summary>The public events that become live events; the others concern only services.</summary>
    public static readonly IReadOnlyList<Type> Messages =
        [
            typeof(ArticlePublished),
            typeof(ArticleRevised),
            typeof(ArticleRetracted),
            typeof(CommentPosted),
            typeof(CommentEdited),
            typeof(CommentHidden),
            typeof(RatesPublished),
            typeof(RatesCorrected),
        ];

    public static LiveEntry Entry(object message) => message switch
    {
        ArticlePublished e =>
            new("article", e.StreamId, e.StreamVersion, e.OccurredAt, e.ArticleId, false, [.. e.Texts.Keys.Order()], Data(new
            {
                change = "published",
                id = e.ArticleId,
                version = e.StreamVersion,
                at = e.OccurredAt,
                e.Section,
                e.Tags,
                e.PublishedAt,
                texts = Headings(e.Texts),
            })),
        ArticleRevised e =>
            new("article", e.StreamId, e.StreamVersion, e.OccurredAt, e.ArticleId, false, [.. e.Texts.Keys.Order()], Data(new
            {
                change = "revised",
                id = e.ArticleId,
                version = e.StreamVersion,
                at = e.OccurredAt,
                e.Section,
                e.Tags,
                e.PublishedAt,
                texts = Headings(e.Texts),
            })),
        ArticleRetracted e => new("article", e.StreamId, e.StreamVersion, e.OccurredAt, e.ArticleId, true, [], Data(new
        { change = "retracted", id = e.ArticleId, version = e.StreamVersion, at = e.OccurredAt, e.Note })),
        CommentPosted e => new("comment", e.StreamId, e.StreamVersion, e.OccurredAt, e.ArticleId, false, [], Data(new
        {
            change = "posted",
            id = e.CommentId,
            version = e.StreamVersion,
            at = e.OccurredAt,
            e.ArticleId,
            e.ParentId,
            e.Author,
            e.Text,
            e.PostedAt,
        })),
        CommentEdited e => new("comment", e.StreamId, e.StreamVersion, e.OccurredAt, e.ArticleId, false, [], Data(new
        { change = "edited", id = e.CommentId, version = e.StreamVersion, at = e.OccurredAt, e.ArticleId, e.Text, e.EditedAt })),
        CommentHidden e => new("comment", e.StreamId, e.StreamVersion, e.OccurredAt, e.ArticleId, true, [], Data(new
        { change = "hidden", id = e.CommentId, version = e.StreamVersion, at = e.OccurredAt, e.ArticleId })),
        RatesPublished e => new("rates", e.StreamId, e.StreamVersion, e.OccurredAt, null, false, [], Data(new
        { change = "published", version = e.StreamVersion, at = e.OccurredAt, e.EffectiveFrom, e.Rates })),
        RatesCorrected e => new("rates", e.StreamId, e.StreamVersion, e.OccurredAt, null, false, [], Data(new
        { change = "corrected", version = e.StreamVersion, at = e.OccurredAt, e.EffectiveFrom, e.Rates })),
        _ => throw new ArgumentException($"{message.GetType()} is not a live event.", nameof(message)),
    };

    // The body is left out: a client that needs it requests the page, which is cached.
    private static Dictionary<string, object> Headings(IReadOnlyDictionary<string, ArticleText> texts) =>
        texts.ToDictionary(t => t.Key, t => (object)new { t.Value.Title, t.Value.Lead, t.Value.Slug });

    private static string Data(object content) => JsonSerializer.Serialize(content, Json.Http);
}
