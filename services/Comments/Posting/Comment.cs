using Platform.EventSourcing;


namespace Comments.Posting;

/// <summary>
/// The visibility of a comment. Shown: to everybody. Held: to moderators only, until they decide. Hidden: to moderators only, because one
/// of them hid it. Deleted: its author deleted it, or it was erased.
/// </summary>
public enum CommentStatus { Shown, Held, Hidden, Deleted }

/// <summary>
/// A reader posted a comment. <paramref name="HeldBecause"/>: why the comment is held for moderators; null if it is visible at once.
/// </summary>
public sealed record CommentPosted(
    Guid ArticleId,
    Guid? ParentId,
    [property: Confidential] string Author,
    [property: Confidential] string Text,
    DateTimeOffset PostedAt,
    string? HeldBecause)
{
    /// <summary>SHA-256 of the secret with which its author can change the comment.</summary>
    [Confidential]
    public string? EditHash { get; init; }
    /// <summary>The number of comments above a reply. Null if the comment is no reply, or is older than this property.</summary>
    public int? Depth { get; init; }
}
/// <summary>
/// The author changed the text. <paramref name="HeldBecause"/>: why the new text is held for moderators, like that of a new comment;
/// <paramref name="WasShown"/>: whether the comment was visible to readers before.
/// </summary>
public sealed record CommentEdited(
    Guid ArticleId,
    [property: Confidential] string Text,
    DateTimeOffset EditedAt,
    string? HeldBecause,
    bool WasShown);
/// <summary>The author deleted the comment. <paramref name="WasShown"/>: whether it was visible to readers before.</summary>
public sealed record CommentDeleted(Guid ArticleId, DateTimeOffset DeletedAt, bool WasShown);
/// <summary>
/// The text and the author's name were erased. <paramref name="WasShown"/>: whether the comment was visible to readers before.
/// </summary>
public sealed record CommentErased(Guid ArticleId, DateTimeOffset ErasedAt, bool WasShown)
{
    /// <summary>The reason that the moderator gave. The event's user name is the moderator.</summary>
    public string? Reason { get; init; }
}
/// <summary>A moderator reviewed a flagged comment and kept it.</summary>
public sealed record CommentKept(Guid ArticleId, DateTimeOffset LookedAt);
/// <summary>A moderator made a held or hidden comment visible.</summary>
public sealed record CommentApproved(Guid ArticleId);
/// <summary>
/// A moderator hid the comment; only moderators see the reason. <paramref name="WasShown"/>: whether it was visible to readers before.
/// </summary>
public sealed record CommentHidden(Guid ArticleId, string Reason, bool WasShown);

/// <summary>The state of one comment, on which decisions are based.</summary>
public sealed record Comment : IState<Comment>
{
    public string Id { get; init; } = "";
    public CommentPosted? Posted { get; init; }
    /// <summary>The current text, including edits.</summary>
    [Confidential]
    public string Text { get; init; } = "";
    public CommentStatus Status { get; init; }
    public bool Erased { get; init; }

    public Comment Evolve(object @event) => @event switch
    {
        CommentPosted e => this with
        {
            Posted = e,
            Text = e.Text,
            Status = e.HeldBecause is null ? CommentStatus.Shown : CommentStatus.Held,
        },
        CommentEdited e => this with { Text = e.Text, Status = e.HeldBecause is null ? Status : CommentStatus.Held },
        CommentDeleted _ => this with { Text = "", Status = CommentStatus.Deleted },
        CommentErased _ => this with
        {
            Posted = Posted is null ? null : WithoutPersonalData(Posted),
            Text = "",
            Status = CommentStatus.Deleted,
            Erased = true,
        },
        CommentApproved _ => this with { Status = CommentStatus.Shown },
        CommentHidden _ => this with { Status = CommentStatus.Hidden },
        _ => this,
    };

    /// <summary>What remains of a comment, and of its stored event, after the person was erased.</summary>
    internal static CommentPosted WithoutPersonalData(CommentPosted posted) => posted with { Author = "", Text = "", EditHash = null };

    /// <summary>The status that the author receives (<see cref="CommentReceipt"/>).</summary>
    internal string StatusName => Status.ToString().ToLowerInvariant();
}
