namespace Platform.Contracts.Feedback;

/// <summary>
/// Editors want a place of an article replaced. <paramref name="Part"/> is title, lead or body; <paramref name="Before"/> and
/// <paramref name="After"/> are as much of the words around as makes the place the only one of its kind there in
/// <paramref name="ArticleVersion"/>; <paramref name="Note"/> is for readers. This very acceptance is named by
/// <paramref name="StreamVersion"/>.
/// </summary>
public sealed record TypoReportAccepted(
    Guid EventId, string StreamId, long StreamVersion, DateTimeOffset OccurredAt,
    Guid ReportId, Guid ArticleId, long ArticleVersion, string Lang, string Part, string Before, string Selection, string After,
    string Replacement, string Note);

/// <summary>A place that readers reported is done with; <paramref name="Outcome"/> is corrected, textGone or retracted.</summary>
public sealed record TypoReportClosed(
    Guid EventId, string StreamId, long StreamVersion, DateTimeOffset OccurredAt,
    Guid ReportId, Guid ArticleId, string Outcome, long ArticleVersion);

/// <summary>
/// After a restore: all public events of this service's store were published again, in this epoch (header <c>Epoch</c> of the messages). Of
/// what a consumer knows from earlier epochs, whatever was not told again never was.
/// </summary>
public sealed record TypoReportsRetold(long Epoch, DateTimeOffset At);
