using System.Text.Json.Serialization;

namespace Platform.Contracts.Articles;

/// <summary>What readers see of an article in one language. <paramref name="BodyHtml"/> is sanitised.</summary>
public sealed record ArticleText(string Title, string Lead, string Slug, string BodyHtml);

/// <summary>Readers see this article now, for the first time or again after a retraction. Texts by language (en, ru, zh).</summary>
public sealed record ArticlePublished(
    Guid EventId, string StreamId, long StreamVersion, DateTimeOffset OccurredAt,
    Guid ArticleId, string Section, IReadOnlyList<string> Tags, DateTimeOffset PublishedAt, IReadOnlyDictionary<string, ArticleText> Texts);

/// <summary>
/// Readers see a new version of a published article; where it carries out a reader's report, <paramref name="TypoReportId"/> names it.
/// </summary>
public sealed record ArticleRevised(
    Guid EventId, string StreamId, long StreamVersion, DateTimeOffset OccurredAt,
    Guid ArticleId, string Section, IReadOnlyList<string> Tags, DateTimeOffset PublishedAt, IReadOnlyDictionary<string, ArticleText> Texts,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? TypoReportId = null);

/// <summary>Readers do not see the article any more; the note says why, publicly.</summary>
public sealed record ArticleRetracted(
    Guid EventId, string StreamId, long StreamVersion, DateTimeOffset OccurredAt,
    Guid ArticleId, string Note);

/// <summary>
/// A place that editors accepted to correct was not corrected: the published text has no such place any more. <paramref name="Acceptance"/>
/// is the stream version of the <c>TypoReportAccepted</c> it answers.
/// </summary>
public sealed record TypoCorrectionRefused(
    Guid EventId, string StreamId, long StreamVersion, DateTimeOffset OccurredAt,
    Guid ReportId, Guid ArticleId, long Acceptance, string Reason);

/// <summary>How many comments readers see under an article, as the articles service shows it.</summary>
public sealed record ArticleStatsChanged(
    Guid EventId, string StreamId, long StreamVersion, DateTimeOffset OccurredAt,
    Guid ArticleId, int Comments);

/// <summary>
/// After a restore: all public events of this service's store were published again, in this epoch (header <c>Epoch</c> of the messages). Of
/// what a consumer knows from earlier epochs, whatever was not told again never was.
/// </summary>
public sealed record ArticlesRetold(long Epoch, DateTimeOffset At);
