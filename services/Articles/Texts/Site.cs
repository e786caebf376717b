using Platform.Web;

namespace Articles.Texts;

/// <summary>
/// The public address and the names of the site. The settings <c>Site:Name:en</c>, <c>Site:Name:ru</c> and <c>Site:Name:zh</c> are its
/// names.
/// </summary>
public sealed class Site(IConfiguration configuration) : PublicSite(configuration)
{
    private static readonly Dictionary<string, string> Names = new()
    {
        ["en"] = "SCO News",
        ["ru"] = "Новости ШОС",
        ["zh"] = "上合组织新闻",
    };

    private readonly IConfigurationSection _names = configuration.GetSection("Site:Name");

    public string Name(string language) => _names[language] is { Length: > 0 } name ? name : Names[language];

    /// <summary>An address that may be a path of the site, as an absolute address.</summary>
    public string Absolute(string address) => address.StartsWith('/') ? At(address).AbsoluteUri : address;

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
