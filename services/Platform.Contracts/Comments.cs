namespace Platform.Contracts.Comments;

/// <summary>Readers see this comment now: posted, approved or restored. A held comment is never published.</summary>
public sealed record CommentPosted(
    Guid EventId, string StreamId, long StreamVersion, DateTimeOffset OccurredAt,
    Guid CommentId, Guid ArticleId, Guid? ParentId, string Author, string Text, DateTimeOffset PostedAt);

/// <summary>Readers see another text of a comment they saw already: whoever wrote it changed it.</summary>
public sealed record CommentEdited(
    Guid EventId, string StreamId, long StreamVersion, DateTimeOffset OccurredAt,
    Guid CommentId, Guid ArticleId, string Text, DateTimeOffset EditedAt);

/// <summary>Readers do not see this comment any more.</summary>
public sealed record CommentHidden(
    Guid EventId, string StreamId, long StreamVersion, DateTimeOffset OccurredAt,
    Guid CommentId, Guid ArticleId);

/// <summary>How many comments readers see under an article: absolute, newest by <paramref name="StreamVersion"/>.</summary>
public sealed record DiscussionChanged(
    Guid EventId, string StreamId, long StreamVersion, DateTimeOffset OccurredAt,
    Guid ArticleId, int Comments);

/// <summary>
/// After a restore: all public events of this service's store were published again, in this epoch (header <c>Epoch</c> of the messages). Of
/// what a consumer knows from earlier epochs, whatever was not told again never was.
/// </summary>
public sealed record CommentsRetold(long Epoch, DateTimeOffset At);
