namespace Articles;

/// <summary>
/// The site as readers know it: <c>Site:PublicUrl</c> (http://localhost:8080 where absent) is the start of every link in feeds, sitemaps
/// and metadata; <c>Site:Name:en</c> and so on is its name.
/// </summary>
public sealed class Site(IConfiguration configuration)
{
    private static readonly Dictionary<string, string> Names = new() { ["en"] = "SCO News", ["ru"] = "Новости ШОС", ["zh"] = "上合组织新闻" };

    public Uri PublicUrl { get; } = new(
        configuration["Site:PublicUrl"] is { Length: > 0 } url ? url.TrimEnd('/') + "/" : "http://localhost:8080/");

    public string Name(string language) => configuration[$"Site:Name:{language}"] is { Length: > 0 } name ? name : Names[language];

    public Uri At(string path) => new(PublicUrl, path.TrimStart('/'));

    /// <summary>The page of an article in one language.</summary>
    public Uri Article(string language, string slug) => At($"{language}/articles/{slug}");

    /// <summary>The same article in every language it has, for hreflang; <c>x-default</c> for whoever reads none of them.</summary>
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

/// <summary>An article's address in one language.</summary>
public sealed record Alternate(string Hreflang, string Slug, Uri Url);
