using JasperFx.Events;
using Marten.Events.Aggregation;
using Marten.Schema;
using Platform.EventSourcing;

namespace Comments.Posting;

/// <summary>The read model of one comment, for lists. It exists for every status; lists for readers contain only shown comments.</summary>
public sealed record CommentView : Stored
{
    public string Id { get; init; } = "";
    public Guid ArticleId { get; init; }
    public Guid? ParentId { get; init; }
    public string Author { get; init; } = "";
    public string Text { get; init; } = "";
    public DateTimeOffset PostedAt { get; init; }
    public CommentStatus Status { get; init; }
    public string? Reason { get; init; }
    /// <summary>The text as HTML. Null in documents that are older than this property.</summary>
    public string? Html { get; init; }
    public DateTimeOffset? EditedAt { get; init; }
    /// <summary>When a moderator last kept the comment after readers flagged it.</summary>
    public DateTimeOffset? LookedAt { get; init; }

    /// <summary>The number of comments above it. Null if it is no reply, or is older than this property.</summary>
    public int? Depth { get; init; }

    /// <summary>The maximum depth of a reply. It is limited because a reply locks and counts all comments above it (ADR 0095).</summary>
    public const int MaxDepth = 100;

    /// <summary>
    /// The parent and the depth under which a reply is stored: below the comment it replies to or, if that comment has the maximum depth,
    /// next to it.
    /// </summary>
    internal static (Guid? Parent, int? Depth) PositionOfReply(Guid? to, CommentView? parent) =>
        to is null ? (null, null)
        : parent?.Depth >= MaxDepth ? (parent.ParentId, parent.Depth)
        : (to, (parent?.Depth ?? 0) + 1);

    /// <summary>Called by Marten. <c>Duplicate</c> would add an index for each column; only the combined indexes are needed.</summary>
    public static void ConfigureMarten(DocumentMapping<CommentView> mapping)
    {
        mapping.DuplicateField(nameof(ArticleId), notNull: true);
        mapping.DuplicateField(nameof(Status), notNull: true);
        mapping.DuplicateField(nameof(PostedAt), notNull: true);
        mapping.Index(c => new { c.ArticleId, c.Status, c.PostedAt, c.Id });
        mapping.Index(c => new { c.Status, c.PostedAt, c.Id }, index => index.Predicate = "status <> 'Shown'");
    }
}

/// <summary>Builds <see cref="CommentView"/> from the stream of a comment.</summary>
public sealed class CommentViewProjection : SingleStreamProjection<CommentView, string>
{
    public CommentViewProjection()
    {
        Name = "comment-view";
        IncludeType<CommentPosted>();
        IncludeType<CommentEdited>();
        IncludeType<CommentDeleted>();
        IncludeType<CommentErased>();
        IncludeType<CommentKept>();
        IncludeType<CommentApproved>();
        IncludeType<CommentHidden>();
    }

    public override CommentView? Evolve(CommentView? snapshot, string id, IEvent e) => e.Data switch
    {
        CommentPosted p => new CommentView
        {
            Id = id,
            ArticleId = p.ArticleId,
            ParentId = p.ParentId,
            Depth = p.Depth,
            Author = p.Author,
            Text = p.Text,
            Html = Markup.Of(p.Text),
            PostedAt = p.PostedAt,
            Status = p.HeldBecause is null ? CommentStatus.Shown : CommentStatus.Held,
            Reason = p.HeldBecause,
        },
        CommentEdited c => snapshot! with
        {
            Text = c.Text,
            Html = Markup.Of(c.Text),
            EditedAt = c.EditedAt,
            Status = c.HeldBecause is null ? snapshot.Status : CommentStatus.Held,
            Reason = c.HeldBecause ?? snapshot.Reason,
        },
        CommentKept k => snapshot! with { LookedAt = k.LookedAt },
        CommentDeleted or CommentErased => snapshot! with
        {
            Author = "",
            Text = "",
            Html = "",
            Status = CommentStatus.Deleted,
            Reason = null,
        },
        CommentApproved => snapshot! with { Status = CommentStatus.Shown, Reason = null },
        CommentHidden h => snapshot! with { Status = CommentStatus.Hidden, Reason = h.Reason },
        _ => snapshot,
    };
}
