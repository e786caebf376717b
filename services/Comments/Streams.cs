namespace Comments;

/// <summary>Names of this service's streams, as an admin sees them.</summary>
public static class Streams
{
    public static string Comment(Guid id) => $"comment-{id}";
    public static string Article(Guid id) => $"article-{id}";
    public static string Discussion(Guid articleId) => $"discussion-{articleId}";
    /// <summary>Surrogate key of an article's comments as readers see them.</summary>
    public static string Comments(Guid articleId) => $"comments-{articleId}";
    public static Guid Id(string stream) => Guid.Parse(stream[(stream.IndexOf('-') + 1)..]);
}
