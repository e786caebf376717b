namespace Articles;

/// <summary>Names of this service's streams, as an admin sees them.</summary>
public static class Streams
{
    public const string Featured = "featured";
    public static string Article(Guid id) => $"article-{id}";
    public static string Section(string key) => $"section-{key}";
    public static string Slug(string slug) => $"slug-{slug}";
    public static string Link(string key) => $"link-{key}";
    public static string Typo(Guid reportId) => $"typo-{reportId}";
    public static string Discussion(Guid articleId) => $"discussion-{articleId}";
    /// <summary>The article's id out of either of its streams.</summary>
    public static Guid ArticleId(string stream) => Guid.Parse(stream[(stream.IndexOf('-') + 1)..]);
}
