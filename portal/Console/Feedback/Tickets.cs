namespace Portal.Console.Feedback;

/// <summary>One report of a mistake, with the reader's comment and e-mail address.</summary>
public sealed record Reporter(Guid ReportId, string? Comment, string? Email, DateTimeOffset At);

/// <summary>
/// One reported passage: the text with its context, the number of reports, and the status (open, accepted, rejected or closed).
/// </summary>
public sealed record TypoItem(
    Guid Id,
    long Version,
    string Status,
    Guid ArticleId,
    long ArticleVersion,
    string Section,
    string Title,
    string Lang,
    string Part,
    string Before,
    string Selection,
    string After,
    int Reports,
    DateTimeOffset ReportedAt,
    IReadOnlyList<Reporter> Reporters,
    string? Conflict,
    string? Replacement,
    string? Reason,
    string? Outcome,
    DateTimeOffset? ClosedAt);

/// <summary>One answer and the delivery status of its e-mail.</summary>
public sealed record TicketAnswer(Guid Id, string Text, DateTimeOffset AnsweredAt, string Delivery);

/// <summary>One message to the editors.</summary>
public sealed record TicketItem(
    Guid Id,
    string Number,
    string Topic,
    string Name,
    string Email,
    string Text,
    DateTimeOffset ReceivedAt,
    string Status,
    IReadOnlyList<TicketAnswer> Answers,
    bool Erased);
