using Platform.EventSourcing;

namespace Comments;

/// <summary>Who may see a comment: everybody (shown), moderators first (held), moderators only (hidden).</summary>
public enum CommentStatus { Shown, Held, Hidden }

/// <summary>A reader wrote it. <paramref name="HeldBecause"/>: why moderators see it first; null when everybody sees it at once.</summary>
public sealed record CommentPosted(Guid ArticleId, Guid? ParentId, string Author, string Text, DateTimeOffset PostedAt, string? HeldBecause);
/// <summary>A moderator lets everybody see what was held or hidden.</summary>
public sealed record CommentApproved(Guid ArticleId);
/// <summary>A moderator hides it; the reason is for moderators. <paramref name="WasShown"/>: whether readers saw it until now.</summary>
public sealed record CommentHidden(Guid ArticleId, string Reason, bool WasShown);

/// <summary>One comment.</summary>
public sealed record Comment : IState<Comment>
{
    public string Id { get; init; } = "";
    public CommentPosted? Posted { get; init; }
    public CommentStatus Status { get; init; }

    public Comment Evolve(object @event) => @event switch
    {
        CommentPosted e => this with { Posted = e, Status = e.HeldBecause is null ? CommentStatus.Shown : CommentStatus.Held },
        CommentApproved _ => this with { Status = CommentStatus.Shown },
        CommentHidden _ => this with { Status = CommentStatus.Hidden },
        _ => this,
    };
}
