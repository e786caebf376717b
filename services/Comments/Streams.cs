using Platform.Web;

namespace Comments;

/// <summary>The names of this service's streams, which admins see.</summary>
public static class Streams
{
    public static string Comment(Guid id) => $"comment-{id}";
    public static string Article(Guid id) => $"article-{id}";
    public static string Discussion(Guid articleId) => $"discussion-{articleId}";
    public static string Flag(Guid comment, Guid visitor) => $"flag-{VisitorKey(comment, visitor)}";
    public static string Vote(Guid comment, Guid visitor) => $"vote-{VisitorKey(comment, visitor)}";
    public static string Ban(string emailHash) => $"ban-{emailHash}";
    /// <summary>The id of the e-mail that asks to confirm the address left with a comment. It is no stream.</summary>
    public static string Confirmation(Guid comment) => $"confirmation-{comment}";
    public const string PolicyOfAll = "policy-all";
    public static string PolicyOfSection(string section) => $"policy-section-{section}";
    public static string PolicyOfArticle(Guid id) => $"policy-article-{id}";
    /// <summary>A hash that is stable for a visitor and a comment, but does not reveal the visitor.</summary>
    private static Guid VisitorKey(Guid comment, Guid visitor) => DeterministicId.Of(comment, visitor);

    public static Guid Id(string stream) => Guid.Parse(stream[(stream.IndexOf('-') + 1)..]);
}
