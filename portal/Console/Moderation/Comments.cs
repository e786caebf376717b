namespace Portal.Console.Moderation;

/// <summary>One comment as moderators see it. <c>EmailHash</c> identifies the author if an e-mail address was given.</summary>
public sealed record ModerationItem(
    Guid Id,
    Guid ArticleId,
    Guid? ParentId,
    string Author,
    string Text,
    DateTimeOffset PostedAt,
    string Status,
    string? Reason,
    string? EmailHash,
    DateTimeOffset? EditedAt);

/// <summary>A flagged comment with the number of flags and their reasons.</summary>
public sealed record FlaggedItem(ModerationItem Comment, int Flags, IReadOnlyList<string> Reasons);

/// <summary>A comment and its history.</summary>
public sealed record CommentHistory(ModerationItem Comment, IReadOnlyList<HistoryItem> History);

/// <summary>One version in the history of a comment.</summary>
public sealed record HistoryItem(
    long Version,
    string What,
    DateTimeOffset At,
    string? By,
    string? Text,
    string? Reason);

/// <summary>A comment above another one; author and text are null if readers cannot see it.</summary>
public sealed record ContextItem(Guid Id, string? Author, string? Text, DateTimeOffset PostedAt);

/// <summary>A comment and the comments above it.</summary>
public sealed record CommentPlace(Guid ArticleId, int Depth, IReadOnlyList<ContextItem> Above, ContextItem Comment);

/// <summary>The outcome for one comment of a batch: done, unchanged or refused, with the reason.</summary>
public sealed record BulkItem(Guid Id, string Outcome, string? Why);

/// <summary>A moderation policy; <c>Of</c> is all, section-KEY or article-ID.</summary>
public sealed record PolicyItem(string Of, string? Mode, int? ClosedAfterDays);

/// <summary>A ban with its reason and time.</summary>
public sealed record BanItem(string EmailHash, string Reason, DateTimeOffset BannedAt);

/// <summary>One row of a queue.</summary>
public sealed record QueueRow(ModerationItem Comment, int Flags, IReadOnlyList<string> Flagged);
