namespace Portal.Console.Feedback;

/// <summary>Somebody who reported a place, and what they left.</summary>
public sealed record Reporter(Guid ReportId, string? Comment, string? Email, DateTimeOffset At);

/// <summary>
/// One reported place: the words in their context, how often it was reported, and how far it is (open, accepted, rejected or closed).
/// </summary>
public sealed record TypoItem(
    Guid Id, long Version, string Status, Guid ArticleId, long ArticleVersion, string Section, string Title, string Lang, string Part,
    string Before, string Selection, string After,
    int Reports, DateTimeOffset ReportedAt, IReadOnlyList<Reporter> Reporters, string? Conflict, string? Replacement, string? Reason,
    string? Outcome, DateTimeOffset? ClosedAt);

/// <summary>One answer, and what became of its letter.</summary>
public sealed record TicketAnswer(Guid Id, string Text, DateTimeOffset AnsweredAt, string Delivery);

/// <summary>One message to the editors.</summary>
public sealed record TicketItem(
    Guid Id, string Number, string Topic, string Name, string Email, string Text, DateTimeOffset ReceivedAt, string Status,
    IReadOnlyList<TicketAnswer> Answers, bool Erased);
