namespace Articles.Texts;

/// <summary>
/// The public address and the names of the site. Every link in feeds, sitemaps and metadata begins with the setting <c>Site:PublicUrl</c>
/// (http://localhost:8080 by default). The settings <c>Site:Name:en</c>, <c>Site:Name:ru</c> and <c>Site:Name:zh</c> are its names.
/// </summary>
public sealed class Site(IConfiguration configuration)
{
    private static readonly Dictionary<string, string> Names = new()
    {
        ["en"] = "SCO News",
        ["ru"] = "Новости ШОС",
        ["zh"] = "上合组织新闻",
    };

    public Uri PublicUrl { get; } = new(
        configuration["Site:PublicUrl"] is { Length: > 0 } url ? url.TrimEnd('/') + "/" : "http://localhost:8080/");

    public string Name(string language) => configuration[$"Site:Name:{language}"] is { Length: > 0 } name ? name : Names[language];

    public Uri At(string path) => new(PublicUrl, path.TrimStart('/'));

    /// <summary>The address of an article's page in one language.</summary>
    public Uri Article(string language, string slug) => At($"{language}/articles/{slug}");

    /// <summary>
    /// The addresses of an article in every language that it has, for hreflang. <c>x-default</c> is for readers of other languages.
    /// </summary>
    public IReadOnlyList<Alternate> Alternates(IReadOnlyDictionary<string, string> slugs)
    {
        var first = Languages.All.First(slugs.ContainsKey);
        return
        [
            .. Languages.All.Where(slugs.ContainsKey).Select(l => new Alternate(l, slugs[l], Article(l, slugs[l]))),
            new("x-default", slugs[first], Article(first, slugs[first])),
        ];
    }
}

/// <summary>The address of an article in one language.</summary>
public sealed record Alternate(string Hreflang, string Slug, Uri Url);
