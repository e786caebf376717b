using System.Security.Cryptography;
using System.Text;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Comments;

/// <summary>One comment on its way out or in, as a JSON line. An address is taken in, kept apart, and never given out.</summary>
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

    /// <summary>The same for the same comment of the same source, in whichever file it comes.</summary>
    internal static Guid IdOf(string source, string number)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes($"{source} {number}"))[..16];
        (bytes[6], bytes[8]) = ((byte)((bytes[6] & 0x0F) | 0x80), (byte)((bytes[8] & 0x3F) | 0x80)); // version 8: made by a rule of our own
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>What it says, by the same rules as what is typed here.</summary>
    internal ExchangedComment Checked()
    {
        if (Id == Guid.Empty) throw new Malformed("id", "must not be all zeros");
        // The lengths first: looking for something visible renders the text.
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

/// <summary>
/// A comment from elsewhere is taken in as it was; what was not shown there is held here. One that is here already is left alone, whatever
/// became of it.
/// </summary>
public sealed record ImportComment(ExchangedComment Taken)
{
    public IEnumerable<object> Decide(Comment? comment, ArticleCopy? article, CommentView? parent)
    {
        if (comment is not null) yield break;
        if (article is null) throw new NotFound("There is no published article it could belong to.");
        // What answered something that readers do not see here stands by itself.
        var answers = parent is { Status: CommentStatus.Shown } && parent.ArticleId == Taken.ArticleId ? Taken.ParentId : null;
        var (place, depth) = CommentView.PlaceOfReply(answers, parent);
        var heldBecause = Taken.Status == CommentStatus.Shown ? null : "not shown where it was imported from";
        yield return new CommentPosted(Taken.ArticleId, place, Taken.Author, Taken.Text, Taken.PostedAt, heldBecause) { Depth = depth };
    }
}
