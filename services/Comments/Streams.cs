using System.Security.Cryptography;

namespace Comments;

/// <summary>Names of this service's streams, as an admin sees them.</summary>
public static class Streams
{
    public static string Comment(Guid id) => $"comment-{id}";
    public static string Article(Guid id) => $"article-{id}";
    public static string Discussion(Guid articleId) => $"discussion-{articleId}";
    public static string Flag(Guid comment, Guid visitor) => $"flag-{Voice(comment, visitor)}";
    public static string Vote(Guid comment, Guid visitor) => $"vote-{Voice(comment, visitor)}";
    public static string Ban(string emailHash) => $"ban-{emailHash}";
    /// <summary>Names the e-mail that asks whether a comment was posted by the owner of the address; no stream.</summary>
    public static string Confirmation(Guid comment) => $"confirmation-{comment}";
    public const string PolicyOfAll = "policy-all";
    public static string PolicyOfSection(string section) => $"policy-section-{section}";
    public static string PolicyOfArticle(Guid id) => $"policy-article-{id}";
    /// <summary>Surrogate key of an article's comments as readers see them.</summary>
    public static string Comments(Guid articleId) => $"comments-{articleId}";
    /// <summary>The same for the same visitor and comment, and nobody can tell whose.</summary>
    private static Guid Voice(Guid comment, Guid visitor)
    {
        var hash = SHA256.HashData([.. comment.ToByteArray(), .. visitor.ToByteArray()]);
        (hash[6], hash[8]) = ((byte)((hash[6] & 0x0F) | 0x80), (byte)((hash[8] & 0x3F) | 0x80)); // version 8: made by a rule of our own
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }

    public static Guid Id(string stream) => Guid.Parse(stream[(stream.IndexOf('-') + 1)..]);
}
