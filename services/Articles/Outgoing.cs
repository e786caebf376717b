using Articles.Media;
using Articles.Publishing;
using Articles.Reading;
using Platform.EventSourcing;

using Public = Platform.Contracts.Articles;

namespace Articles;

/// <summary>Translates stored events into public events. All other events stay private.</summary>
public static class Outgoing
{
    /// <summary>Announces that everything was published again after a restore.</summary>
    public static readonly Retold Retold = (epoch, at) => new Public.ArticlesRetold(epoch, at);

    public static readonly Translate Translate = Outbox.Each(e => e.Data switch
    {
        ArticlePublished p => new Public.ArticlePublished(
            e.Id, e.StreamKey!, e.Version, e.Timestamp, Streams.ArticleId(e.StreamKey!), p.Content.Section, p.Content.Tags, p.PublishedAt,
            Texts(p.Content)),
        ArticleRevised r => new Public.ArticleRevised(
            e.Id, e.StreamKey!, e.Version, e.Timestamp, Streams.ArticleId(e.StreamKey!), r.Content.Section, r.Content.Tags, r.PublishedAt,
            Texts(r.Content), r.Typo?.ReportId),
        ArticleRetracted r =>
            new Public.ArticleRetracted(e.Id, e.StreamKey!, e.Version, e.Timestamp, Streams.ArticleId(e.StreamKey!), r.Note),
        TypoRefused t =>
            new Public.TypoCorrectionRefused(e.Id, e.StreamKey!, e.Version, e.Timestamp, t.ReportId, t.ArticleId, t.Acceptance, t.Reason),
        DiscussionCounted d =>
            new Public.ArticleStatsChanged(e.Id, e.StreamKey!, e.Version, e.Timestamp, Streams.ArticleId(e.StreamKey!), d.Comments),
        MediaReplaced or MediaDescribed or MediaDeleted or RenditionsCompleted =>
            new Public.MediaChanged(e.Id, e.StreamKey!, e.Version, e.Timestamp, Streams.MediaId(e.StreamKey!)),
        _ => null,
    });

    private static Dictionary<string, Public.ArticleText> Texts(Content content) =>
        content.Texts.ToDictionary(t => t.Key, t => new Public.ArticleText(t.Value.Title, t.Value.Lead, t.Value.Slug, t.Value.BodyHtml));
}
