using System.Text.Json.Serialization;

namespace Platform.Contracts.Articles;

/// <summary>The text of an article in one language, as readers see it. <paramref name="BodyHtml"/> is sanitised.</summary>
public sealed record ArticleText(string Title, string Lead, string Slug, string BodyHtml);

/// <summary>
/// An article became visible to readers, for the first time or again after a retraction. <paramref name="Texts"/> maps each language (en,
/// ru, zh) to its text.
/// </summary>
public sealed record ArticlePublished(
    Guid EventId,
    string StreamId,
    long StreamVersion,
    DateTimeOffset OccurredAt,
    Guid ArticleId,
    string Section,
    IReadOnlyList<string> Tags,
    DateTimeOffset PublishedAt,
    IReadOnlyDictionary<string, ArticleText> Texts);

/// <summary>
/// A published article has a new version. <paramref name="TypoReportId"/> is the reader's report that this version carries out, if there is
/// one.
/// </summary>
public sealed record ArticleRevised(
    Guid EventId,
    string StreamId,
    long StreamVersion,
    DateTimeOffset OccurredAt,
    Guid ArticleId,
    string Section,
    IReadOnlyList<string> Tags,
    DateTimeOffset PublishedAt,
    IReadOnlyDictionary<string, ArticleText> Texts,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? TypoReportId = null);

/// <summary>An article is no longer visible to readers. <paramref name="Note"/> gives the reason and is public.</summary>
public sealed record ArticleRetracted(
    Guid EventId,
    string StreamId,
    long StreamVersion,
    DateTimeOffset OccurredAt,
    Guid ArticleId,
    string Note);

/// <summary>
/// An accepted correction could not be made, because the published text no longer contains the reported passage.
/// <paramref name="Acceptance"/> is the stream version of the <c>TypoReportAccepted</c> that this event answers.
/// </summary>
public sealed record TypoCorrectionRefused(
    Guid EventId,
    string StreamId,
    long StreamVersion,
    DateTimeOffset OccurredAt,
    Guid ReportId,
    Guid ArticleId,
    long Acceptance,
    string Reason);

/// <summary>The number of visible comments on an article, as the articles service shows it, has changed.</summary>
public sealed record ArticleStatsChanged(
    Guid EventId,
    string StreamId,
    long StreamVersion,
    DateTimeOffset OccurredAt,
    Guid ArticleId,
    int Comments);

/// <summary>
/// Articles that show this picture may look different now: it was replaced, given another description or deleted, or all its renditions
/// exist now.
/// </summary>
public sealed record MediaChanged(
    Guid EventId,
    string StreamId,
    long StreamVersion,
    DateTimeOffset OccurredAt,
    Guid MediaId);

/// <summary>
/// After a restore, the articles service has published all its public events again in this epoch (message header <c>Epoch</c>). Consumers
/// discard what they know from earlier epochs unless a message of this epoch confirmed it.
/// </summary>
public sealed record ArticlesRetold(long Epoch, DateTimeOffset At);
