using System.Globalization;
using Comments.Posting;
using Npgsql;
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

    /// <summary>SQL for the parts of a shown comment, from the document of its <see cref="CommentView"/>.</summary>
    internal const string Parts = "data ->> 'author' as author, data ->> 'text' as text, data ->> 'html' as html, "
        + "data ->> 'postedAt' as posted, data ->> 'editedAt' as edited";

    /// <summary>A shown comment. Its parts are in the columns from <paramref name="parts"/> on.</summary>
    internal static CommentItem Shown(Guid id, Guid? parent, NpgsqlDataReader row, int parts)
    {
        var text = row.GetString(parts + 1);
        return new(id, parent, row.GetString(parts), text, Instant(row.GetString(parts + 3)))
        {
            Html = row.IsDBNull(parts + 2) ? Markup.Of(text) : row.GetString(parts + 2),
            EditedAt = row.IsDBNull(parts + 4) ? null : Instant(row.GetString(parts + 4)),
        };
    }

    /// <summary>What remains in the tree of a comment that is no longer visible.</summary>
    internal static CommentItem Tombstone(Guid id, Guid? parent, DateTimeOffset postedAt) =>
        new(id, parent, null, null, postedAt) { Removed = true };

    private static DateTimeOffset Instant(string stored) => DateTimeOffset.Parse(stored, CultureInfo.InvariantCulture);
}
