namespace Platform.Contracts.Comments;

/// <summary>
/// A comment became visible to readers: it was posted, approved or restored. Nothing is published about a comment while it is held.
/// </summary>
public sealed record CommentPosted(
    Guid EventId,
    string StreamId,
    long StreamVersion,
    DateTimeOffset OccurredAt,
    Guid CommentId,
    Guid ArticleId,
    Guid? ParentId,
    string Author,
    string Text,
    DateTimeOffset PostedAt);

/// <summary>The author changed the text of a visible comment.</summary>
public sealed record CommentEdited(
    Guid EventId,
    string StreamId,
    long StreamVersion,
    DateTimeOffset OccurredAt,
    Guid CommentId,
    Guid ArticleId,
    string Text,
    DateTimeOffset EditedAt);

/// <summary>A comment is no longer visible to readers.</summary>
public sealed record CommentHidden(
    Guid EventId,
    string StreamId,
    long StreamVersion,
    DateTimeOffset OccurredAt,
    Guid CommentId,
    Guid ArticleId);

/// <summary>
/// The number of visible comments on an article has changed. <paramref name="Comments"/> is the total, not the difference; the event with
/// the highest <paramref name="StreamVersion"/> is the newest.
/// </summary>
public sealed record DiscussionChanged(
    Guid EventId,
    string StreamId,
    long StreamVersion,
    DateTimeOffset OccurredAt,
    Guid ArticleId,
    int Comments);

/// <summary>
/// After a restore, the comments service has published all its public events again in this epoch (message header <c>Epoch</c>). Consumers
/// discard what they know from earlier epochs unless a message of this epoch confirmed it.
/// </summary>
public sealed record CommentsRetold(long Epoch, DateTimeOffset At);
