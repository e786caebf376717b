using Comments.Posting;
using Platform.Web;


namespace Comments.Threads;

/// <summary>
/// One comment as readers see it. <c>text</c> is the text as it was typed and must be escaped; <c>html</c> is safe to display.
/// <c>replyCount</c>: the number of visible comments below it, at any depth. <c>replies</c>: the first direct replies, absent if there are
/// none or if the tree is collapsed at this depth; <c>GET /api/comments/{id}/replies</c> returns the rest. <c>removed</c>: the comment is
/// no longer visible and has neither author nor text, but comments below it are visible.
/// </summary>
public sealed record CommentItem(
    Guid Id,
    Guid? ParentId,
    string? Author,
    string? Text,
    DateTimeOffset PostedAt)
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

    /// <summary>A row of the tree, with votes and the number of replies. A comment that is not visible becomes a tombstone.</summary>
    internal static CommentItem Of(ThreadRow row) =>
        (row.Shown && row.View is { } view
            ? Of(view)
            : new CommentItem(row.Id, row.Place == row.ArticleId ? null : row.Place, null, null, row.PostedAt) { Removed = true })
        with
        { Score = row.Up - row.Down, ReplyCount = row.Replies };
}
