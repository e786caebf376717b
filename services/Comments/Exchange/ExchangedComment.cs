using Comments.Posting;
using Platform.PublicInput;
using Platform.Web;

namespace Comments.Exchange;

/// <summary>
/// One comment of an import or export, as a JSON line. An e-mail address is imported, stored separately and never exported.
/// </summary>
public sealed record ExchangedComment(
    Guid Id,
    Guid ArticleId,
    string Author,
    string Text,
    DateTimeOffset PostedAt,
    Guid? ParentId = null,
    CommentStatus Status = CommentStatus.Shown)
{
    public string? Email { get; init; }

    internal static ExchangedComment Of(CommentView c) =>
        new(Streams.Id(c.Id), c.ArticleId, c.Author, c.Text, c.PostedAt, c.ParentId, c.Status);

    /// <summary>An id derived from the source and the comment's number there, so that repeated imports give the same id.</summary>
    internal static Guid IdOf(string source, string number) => DeterministicId.Of($"{source} {number}");

    /// <summary>The comment after validation, by the same rules as a comment that is posted.</summary>
    internal ExchangedComment Validated()
    {
        if (Id == Guid.Empty) throw new Malformed("id", "must not be all zeros");
        // The lengths are checked first, because the check for visible characters renders the text.
        AtMost(CommentText.LongestAuthor, Author, "author");
        AtMost(CommentText.LongestText, Text.ReplaceLineEndings("\n"), "text");
        return this with
        {
            Author = CommentText.Author(Author),
            Text = CommentText.Text(Text),
            PostedAt = PostedAt.Instant(),
            Email = Email is { } email && Mail.IsAddress(email.Trim()) ? email.Trim() : null,
        };
    }

    private static void AtMost(int longest, string text, string field)
    {
        if (text.Trim().Length > longest) throw new Malformed(field, $"must have at most {longest} characters");
    }
}
