using Microsoft.Extensions.Configuration;

namespace Platform.Web;

/// <summary>
/// The address at which readers reach the site. It is the setting <c>Site:PublicUrl</c>, by default http://localhost:8080, and may contain
/// a path. Every link in feeds, sitemaps, metadata and e-mails begins with it.
/// </summary>
public class PublicSite(IConfiguration configuration)
{
    private const string Setting = "Site:PublicUrl";

    /// <summary>The address of the site, with a slash at the end.</summary>
    public Uri PublicUrl { get; } =
        new(configuration[Setting] is { Length: > 0 } url ? url.TrimEnd('/') + "/" : "http://localhost:8080/");

    /// <summary>The address of a path of the site.</summary>
    public Uri At(string path) => new(PublicUrl, path.TrimStart('/'));

    /// <summary>The address of an article's page in one language.</summary>
    public Uri Article(string language, string slug) => At($"{language}/articles/{slug}");

    /// <summary>Whether the site is configured to be reached by https.</summary>
    public static bool UsesHttps(IConfiguration configuration) =>
        configuration[Setting]?.StartsWith($"{Uri.UriSchemeHttps}://", StringComparison.OrdinalIgnoreCase) == true;
}
