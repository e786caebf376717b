using JasperFx.Events;
using Marten.Events.Aggregation;
using Marten.Schema;
using Platform.EventSourcing;

namespace Comments;

/// <summary>One comment as lists need it, whatever its status: readers' lists take the shown ones only.</summary>
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
    /// <summary>The text as HTML; null in what was written before there was any.</summary>
    public string? Html { get; init; }
    public DateTimeOffset? EditedAt { get; init; }
    /// <summary>When a moderator last found well what readers had flagged.</summary>
    public DateTimeOffset? LookedAt { get; init; }

    /// <summary>The number of comments above it; null if it answers none or is older than the property.</summary>
    public int? Depth { get; init; }

    /// <summary>The deepest that a reply is stored: each one locks and counts all comments above it (docs/decisions/0095).</summary>
    public const int Deepest = 100;

    /// <summary>
    /// What a reply is stored under, and how deep: under the comment it answers, or, if that is as deep as can be, beside it.
    /// </summary>
    internal static (Guid? Parent, int? Depth) PlaceOfReply(Guid? to, CommentView? parent) =>
        to is null ? (null, null)
        : parent?.Depth >= Deepest ? (parent.ParentId, parent.Depth)
        : (to, (parent?.Depth ?? 0) + 1);

    /// <summary>Marten calls it. Columns without an index each, which <c>Duplicate</c> would make.</summary>
    public static void ConfigureMarten(DocumentMapping<CommentView> mapping)
    {
        mapping.DuplicateField(nameof(ArticleId), notNull: true);
        mapping.DuplicateField(nameof(Status), notNull: true);
        mapping.DuplicateField(nameof(PostedAt), notNull: true);
        mapping.Index(c => new { c.ArticleId, c.Status, c.PostedAt, c.Id });
        mapping.Index(c => new { c.Status, c.PostedAt, c.Id }, index => index.Predicate = "status <> 'Shown'");
    }
}

/// <summary>Folds one comment's stream into its view.</summary>
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
