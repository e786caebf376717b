namespace Platform.Contracts.Feedback;

/// <summary>
/// An editor accepted a typo report, so the articles service should replace <paramref name="Selection"/> by
/// <paramref name="Replacement"/>. <paramref name="Part"/> is title, lead or body. <paramref name="Before"/> and <paramref name="After"/>
/// contain as much of the surrounding text as makes the selection unique in <paramref name="ArticleVersion"/>. <paramref name="Note"/> is
/// shown to readers. <paramref name="StreamVersion"/> identifies this acceptance, because a report can be accepted more than once.
/// </summary>
public sealed record TypoReportAccepted(
    Guid EventId,
    string StreamId,
    long StreamVersion,
    DateTimeOffset OccurredAt,
    Guid ReportId,
    Guid ArticleId,
    long ArticleVersion,
    string Lang,
    string Part,
    string Before,
    string Selection,
    string After,
    string Replacement,
    string Note);

/// <summary>A typo report was closed. <paramref name="Outcome"/> is corrected, textGone or retracted.</summary>
public sealed record TypoReportClosed(
    Guid EventId,
    string StreamId,
    long StreamVersion,
    DateTimeOffset OccurredAt,
    Guid ReportId,
    Guid ArticleId,
    string Outcome,
    long ArticleVersion);

/// <summary>
/// After a restore, the feedback service has published all its public events again in this epoch (message header <c>Epoch</c>). Consumers
/// discard what they know from earlier epochs unless a message of this epoch confirmed it.
/// </summary>
public sealed record TypoReportsRetold(long Epoch, DateTimeOffset At);
