using System.Globalization;
using System.Net;

namespace Bench;

/// <summary>Measures cached and uncached pages through the gateway, with HTTP/1.1.</summary>
internal static class GatewayWork
{
    private const int Connections = 32;

    public static async Task<Figure[]> Run(PrivateSystem system, Site site, int seconds)
    {
        // The seed data fills the front page.
        await PrivateSystem.Platform("seed");
        return
        [
            await Cached("an article", "articles", $"/api/articles/{site.Articles[0]}", seconds),
            await Cached("a list", "articles", "/api/articles", seconds),
            await Cached("the front page", "portal", "/en", seconds),
            await Compressed(site, seconds),
            await Uncached(site, seconds),
        ];
    }

    /// <summary>Compares the same page of the same service in the cache of the gateway and in the cache of nginx.</summary>
    private static async Task<Figure> Cached(string what, string service, string path, int seconds)
    {
        await using var nginx = await Nginx.Cache(new Uri(await PrivateSystem.Direct(service)), HttpVersion.Version11);
        var length = await CachedPage.Prepare(PrivateSystem.Gateway, path, HttpVersion.Version11);
        Progress.Report($"  {what}, {length.ToString("N0", CultureInfo.InvariantCulture)} characters, from the gateway and from nginx:");
        var (gateway, cached, ratio) = await Rounds.Alternate(
            seconds,
            turn => Wrk.Run(PrivateSystem.Gateway + path, Connections, turn),
            turn => Wrk.Run(Nginx.Address + path, Connections, turn));
        return Figure.AtLeast(
            $"GET of {what} through the gateway, cached, HTTP/1.1",
            Rounds.PerSecond(gateway),
            $"{Rounds.PerSecond(cached)} with nginx `proxy_cache`",
            ratio,
            0.95);
    }

    /// <summary>Compares the compressed front page, as browsers request it, with a compressed article.</summary>
    private static async Task<Figure> Compressed(Site site, int seconds)
    {
        const string Header = "Accept-Encoding: gzip, deflate, br";
        string front = $"{PrivateSystem.Gateway}/en", article = $"{PrivateSystem.Gateway}/api/articles/{site.Articles[0]}";
        Progress.Report("  the compressed front page, a compressed article:");
        var (page, small, ratio) = await Rounds.Alternate(
            seconds,
            turn => Wrk.Run(front, Connections, turn, header: Header),
            turn => Wrk.Run(article, Connections, turn, header: Header));
        return Figure.AtLeast(
            "GET of the front page through the gateway, cached and compressed",
            Rounds.PerSecond(page),
            $"{Rounds.PerSecond(small)} for a compressed article",
            ratio,
            0.9);
    }

    /// <summary>
    /// Compares the same article through the gateway with a direct request. A cookie makes the gateway bypass its cache.
    /// </summary>
    private static async Task<Figure> Uncached(Site site, int seconds)
    {
        var path = $"/api/articles/{site.Articles[0]}";
        var service = await PrivateSystem.Direct("articles");
        Progress.Report("  an article through the gateway, directly at the service:");
        var (through, direct, ratio) = await Rounds.Alternate(
            seconds,
            turn => Wrk.Run(PrivateSystem.Gateway + path, Connections, turn, header: PrivateSystem.BypassCache),
            turn => Wrk.Run(service + path, Connections, turn, header: PrivateSystem.BypassCache));
        return Figure.AtLeast(
            "GET of an article through the gateway, not cached",
            Rounds.PerSecond(through),
            $"{Rounds.PerSecond(direct)} directly at the service",
            ratio,
            0.6);
    }
}
