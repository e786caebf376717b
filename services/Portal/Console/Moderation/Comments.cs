namespace Portal.Console.Moderation;

/// <summary>One comment as moderators see it; <c>EmailHash</c> names the person, where they left an address.</summary>
public sealed record ModerationItem(
    Guid Id, Guid ArticleId, Guid? ParentId, string Author, string Text, DateTimeOffset PostedAt, string Status, string? Reason,
    string? EmailHash, DateTimeOffset? EditedAt);

/// <summary>A comment, by how many it was flagged, and why.</summary>
public sealed record FlaggedItem(ModerationItem Comment, int Flags, IReadOnlyList<string> Reasons);

/// <summary>A comment and all that ever happened to it.</summary>
public sealed record CommentHistory(ModerationItem Comment, IReadOnlyList<HistoryItem> History);

/// <summary>What happened to a comment, when, and by whom.</summary>
public sealed record HistoryItem(long Version, string What, DateTimeOffset At, string? By, string? Text, string? Reason);

/// <summary>A comment that others answer; without author and text where readers do not see it.</summary>
public sealed record ContextItem(Guid Id, string? Author, string? Text, DateTimeOffset PostedAt);

/// <summary>A comment and what stands above it.</summary>
public sealed record CommentPlace(Guid ArticleId, int Depth, IReadOnlyList<ContextItem> Above, ContextItem Comment);

/// <summary>What came of one of many: done, unchanged or refused, and why.</summary>
public sealed record BulkItem(Guid Id, string Outcome, string? Why);

/// <summary>How comments are moderated; <c>Of</c>: all, section-KEY or article-ID.</summary>
public sealed record PolicyItem(string Of, string? Mode, int? ClosedAfterDays);

/// <summary>Who is banned, since when, and why.</summary>
public sealed record BanItem(string EmailHash, string Reason, DateTimeOffset BannedAt);

/// <summary>One line of the queue, whether it waits or was flagged.</summary>
public sealed record QueueRow(ModerationItem Comment, int Flags, IReadOnlyList<string> Flagged);
