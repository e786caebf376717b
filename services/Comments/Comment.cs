using Platform.EventSourcing;

namespace Comments;

/// <summary>
/// Who may see a comment: everybody (shown), moderators first (held), moderators only (hidden), nobody: whoever wrote it took it away
/// (deleted).
/// </summary>
public enum CommentStatus { Shown, Held, Hidden, Deleted }

/// <summary>A reader wrote it. <paramref name="HeldBecause"/>: why moderators see it first; null when everybody sees it at once.</summary>
public sealed record CommentPosted(
    Guid ArticleId,
    Guid? ParentId,
    [property: Confidential] string Author,
    [property: Confidential] string Text,
    DateTimeOffset PostedAt,
    string? HeldBecause)
{
    /// <summary>SHA-256 of the secret with which it can be changed.</summary>
    [Confidential]
    public string? EditHash { get; init; }
    /// <summary>The number of comments above a reply; null if it answers none, and in replies older than the property.</summary>
    public int? Depth { get; init; }
}
/// <summary>
/// Whoever wrote it changed the text. <paramref name="HeldBecause"/>: why moderators see it first, as if it were new;
/// <paramref name="WasShown"/>: whether readers saw it until now.
/// </summary>
public sealed record CommentEdited(
    Guid ArticleId,
    [property: Confidential] string Text,
    DateTimeOffset EditedAt,
    string? HeldBecause,
    bool WasShown);
/// <summary>Whoever wrote it took it away. <paramref name="WasShown"/>: whether readers saw it until now.</summary>
public sealed record CommentDeleted(Guid ArticleId, DateTimeOffset DeletedAt, bool WasShown);
/// <summary>What it said, and who wrote it, was erased. <paramref name="WasShown"/>: whether readers saw it until now.</summary>
public sealed record CommentErased(Guid ArticleId, DateTimeOffset ErasedAt, bool WasShown)
{
    /// <summary>Why, in the words of the moderator; who it was is the author of the event.</summary>
    public string? Reason { get; init; }
}
/// <summary>A moderator looked at what readers had flagged; it stays.</summary>
public sealed record CommentKept(Guid ArticleId, DateTimeOffset LookedAt);
/// <summary>A moderator lets everybody see what was held or hidden.</summary>
public sealed record CommentApproved(Guid ArticleId);
/// <summary>A moderator hides it; the reason is for moderators. <paramref name="WasShown"/>: whether readers saw it until now.</summary>
public sealed record CommentHidden(Guid ArticleId, string Reason, bool WasShown);

/// <summary>One comment.</summary>
public sealed record Comment : IState<Comment>
{
    public string Id { get; init; } = "";
    public CommentPosted? Posted { get; init; }
    /// <summary>As it is now: changed since it was posted, perhaps.</summary>
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
            Posted = Posted is null ? null : Blank(Posted),
            Text = "",
            Status = CommentStatus.Deleted,
            Erased = true,
        },
        CommentApproved _ => this with { Status = CommentStatus.Shown },
        CommentHidden _ => this with { Status = CommentStatus.Hidden },
        _ => this,
    };

    /// <summary>Without the person: as it is kept after erasure, in the event too.</summary>
    internal static CommentPosted Blank(CommentPosted posted) => posted with { Author = "", Text = "", EditHash = null };

    /// <summary>What whoever wrote it is told of its state.</summary>
    internal string Receipt => Status.ToString().ToLowerInvariant();

    /// <summary>Lets the caller of the decider have the state that its decision led to.</summary>
    internal static object[] Remember(Comment? before, IEnumerable<object> events, Action<Comment> after)
    {
        object[] decided = [.. events];
        after(decided.Aggregate(before ?? new Comment(), (state, e) => state.Evolve(e)));
        return decided;
    }
}
