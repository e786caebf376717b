namespace Articles;

/// <summary>Builds the stream keys of this service, which the admin API shows.</summary>
public static class Streams
{
    public const string Featured = "featured";
    public static string Article(Guid id) => $"article-{id}";
    public static string Section(string key) => $"section-{key}";
    public static string Slug(string slug) => $"slug-{slug}";
    public static string Link(string key) => $"link-{key}";
    public static string Media(Guid id) => $"media-{id}";
    public static string Renditions(Guid mediaId) => $"renditions-{mediaId}";
    public static string Typo(Guid reportId) => $"typo-{reportId}";
    public static string Discussion(Guid articleId) => $"discussion-{articleId}";
    /// <summary>The notes on the drafts of an article.</summary>
    public static string Notes(Guid articleId) => $"notes-{articleId}";
    /// <summary>Returns the id of the picture to which a media stream or the stream of its renditions belongs.</summary>
    public static Guid MediaId(string stream) => ArticleId(stream);
    /// <summary>Returns the id of the article to which an article stream or a discussion stream belongs.</summary>
    public static Guid ArticleId(string stream) => Guid.Parse(stream[(stream.IndexOf('-') + 1)..]);
}
