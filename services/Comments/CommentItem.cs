using Platform.Hosting;

namespace Comments;

/// <summary>
/// One comment as everybody sees it. <c>text</c> is what was typed: escape it; <c>html</c> is safe to show. <c>replyCount</c>: how many
/// comments readers see below it, at any depth; <c>replies</c>: the first of those that answer it, absent where there are none and below a
/// depth at which the tree is collapsed: <c>GET /api/comments/{id}/replies</c> goes on. <c>removed</c>: readers see it no more but what was
/// answered; it has neither author nor text.
/// </summary>
public sealed record CommentItem(Guid Id, Guid? ParentId, string? Author, string? Text, DateTimeOffset PostedAt)
{
    public string? Html { get; init; }
    public DateTimeOffset? EditedAt { get; init; }
    public int Score { get; init; }
    public int ReplyCount { get; init; }
    public bool? Removed { get; init; }
    public Page<CommentItem>? Replies { get; init; }

    internal static CommentItem Of(CommentView view) =>
        new(Streams.Id(view.Id), view.ParentId, view.Author, view.Text, view.PostedAt)
        {
            Html = view.Html ?? Markup.Of(view.Text),
            EditedAt = view.EditedAt,
        };

    /// <summary>As the tree shows it: with its votes and what is below it, and as a tombstone where readers do not see it.</summary>
    internal static CommentItem Of(ThreadRow row) =>
        (row.Shown && row.View is { } view
            ? Of(view)
            : new CommentItem(row.Id, row.Place == row.ArticleId ? null : row.Place, null, null, row.PostedAt) { Removed = true })
        with
        { Score = row.Up - row.Down, ReplyCount = row.Replies };
}
