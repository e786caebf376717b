namespace Comments;

/// <summary>Names of this service's streams, as an admin sees them.</summary>
public static class Streams
{
    public static string Comment(Guid id) => $"comment-{id}";
    public static string Article(Guid id) => $"article-{id}";
    public static string Discussion(Guid articleId) => $"discussion-{articleId}";
    public static string Ban(string emailHash) => $"ban-{emailHash}";
    public const string PolicyOfAll = "policy-all";
    public static string PolicyOfSection(string section) => $"policy-section-{section}";
    public static string PolicyOfArticle(Guid id) => $"policy-article-{id}";
    /// <summary>Surrogate key of an article's comments as readers see them.</summary>
    public static string Comments(Guid articleId) => $"comments-{articleId}";
    public static Guid Id(string stream) => Guid.Parse(stream[(stream.IndexOf('-') + 1)..]);
}
