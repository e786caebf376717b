using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Bench;

/// <summary>
/// Measures cached and uncached pages through the gateway, and how soon another gateway stops serving an old page after a write through the
/// first one.
/// </summary>
internal static partial class GatewayWork
{
    private const int Connections = 32, Commits = 300;

    public static async Task<Figure[]> Run(PrivateSystem system, Site site, int seconds)
    {
        // The seed data fills the front page.
        await PrivateSystem.Platform("seed");
        return
        [
            await CachedPage("an article", "articles", $"/api/articles/{site.Articles[0]}", seconds),
            await CachedPage("the front page", "portal", "/en", seconds),
            await CompressedPage(site, seconds),
            await UncachedPage(site, seconds),
            .. await Invalidation(system, site),
        ];
    }

    /// <summary>Compares the same page of the same service in the cache of the gateway and in the cache of nginx.</summary>
    private static async Task<Figure> CachedPage(string what, string service, string path, int seconds)
    {
        await using var nginx = await Nginx.Start(new Uri(await PrivateSystem.Direct(service)));
        var (gatewayPage, nginxPage) = (
            await CachedBody(PrivateSystem.Gateway + path, "Cache-Status", "gateway; hit"),
            await CachedBody(Nginx.Address + path, "X-Cache", "HIT"));
        if (Clocks().Replace(gatewayPage, "") != Clocks().Replace(nginxPage, ""))
            throw new InvalidOperationException($"The gateway and nginx return different pages at {path}.");
        var (gateway, nginxRate, ratio) = await Rounds.Alternate(
            seconds,
            turn => Wrk.Run(PrivateSystem.Gateway + path, Connections, turn),
            turn => Wrk.Run(Nginx.Address + path, Connections, turn));
        return Figure.AtLeast(
            $"GET of {what} ({gatewayPage.Length} characters) through the gateway, cached, {Connections} connections",
            Rounds.PerSecond(gateway),
            $"{Rounds.PerSecond(nginxRate)} with nginx `proxy_cache`",
            ratio,
            0.9);
    }

    /// <summary>Compares the compressed front page, as browsers request it, with a compressed article.</summary>
    private static async Task<Figure> CompressedPage(Site site, int seconds)
    {
        const string Compressed = "Accept-Encoding: gzip, deflate, br";
        string front = $"{PrivateSystem.Gateway}/en", article = $"{PrivateSystem.Gateway}/api/articles/{site.Articles[0]}";
        var (page, small, ratio) = await Rounds.Alternate(
            seconds,
            turn => Wrk.Run(front, Connections, turn, header: Compressed),
            turn => Wrk.Run(article, Connections, turn, header: Compressed));
        return Figure.AtLeast(
            "GET of the front page through the gateway, cached and compressed",
            Rounds.PerSecond(page),
            $"{Rounds.PerSecond(small)} for a compressed article",
            ratio,
            0.9);
    }

    /// <summary>Matches the clocks on the front page, which differ because the two pages were requested at different times.</summary>
    [GeneratedRegex(@"<time class=""clock"".*?</time>", RegexOptions.Singleline)]
    private static partial Regex Clocks();

    /// <summary>The body of a page, once its header says that it was a cache hit.</summary>
    private static async Task<string> CachedBody(string url, string header, string expected)
    {
        using var http = new HttpClient();
        for (var tries = 0; tries < 3; tries++)
        {
            using var answer = await http.GetAsync(url);
            if (answer.EnsureSuccessStatusCode().Headers.TryGetValues(header, out var values) && values.Single() == expected)
                return await answer.Content.ReadAsStringAsync();
        }
        throw new InvalidOperationException($"{url} is not answered from the cache.");
    }

    /// <summary>
    /// Compares the same article through the gateway with a direct request. A cookie makes the gateway bypass its cache.
    /// </summary>
    private static async Task<Figure> UncachedPage(Site site, int seconds)
    {
        var path = $"/api/articles/{site.Articles[0]}";
        var service = await PrivateSystem.Direct("articles");
        const string Uncached = "Cookie: bench=1";
        var (through, direct, ratio) = await Rounds.Alternate(
            seconds,
            turn => Wrk.Run(PrivateSystem.Gateway + path, Connections, turn, header: Uncached),
            turn => Wrk.Run(service + path, Connections, turn, header: Uncached));
        return Figure.AtLeast(
            $"GET of an article through the gateway, not cached, {Connections} connections",
            Rounds.PerSecond(through),
            $"{Rounds.PerSecond(direct)} directly at the service",
            ratio,
            0.6);
    }

    /// <summary>
    /// Writes through one gateway and reads through another as fast as it answers. Measures from the response to the write until the first
    /// response that contains the change.
    /// </summary>
    private static async Task<Figure[]> Invalidation(PrivateSystem system, Site site)
    {
        await PrivateSystem.Platform("scale", "gateway=2");
        try
        {
            using var writers = new HttpClient { BaseAddress = new Uri(PrivateSystem.Gateway) };
            using var others = new HttpClient { BaseAddress = new Uri(PrivateSystem.SecondGateway) };
            var (delays, old) = (new List<double>(), 0);
            for (var i = 0; i < Commits; i++)
            {
                var (article, title) = (
                    site.Articles[i % site.Articles.Count], $"Title number {i.ToString(CultureInfo.InvariantCulture)} of this benchmark");
                await Site.Draft(system, article, title);
                await Shows(writers, article, title); // After these two reads, both gateways have cached the old page.
                await Shows(others, article, title);
                var shown = WaitUntilShown(others, article, title);
                await Site.Publish(system, article);
                var committed = Stopwatch.GetTimestamp();
                if (!await Shows(writers, article, title)) old++;
                var seen = await shown;
                delays.Add(seen <= committed ? 0 : Stopwatch.GetElapsedTime(committed, seen).TotalMilliseconds);
            }
            return
            [
                Figure.AtMost(
                    $"commit until another gateway stops serving the old page, p50 of {Commits}",
                    Rounds.Percentile(delays, 0.5),
                    150,
                    "ms"),
                Figure.AtMost("... p99", Rounds.Percentile(delays, 0.99), 150, "ms"),
                Figure.AtMost("old pages served by the gateway that the write passed through", old, 0, "pages"),
            ];
        }
        finally
        {
            await PrivateSystem.Platform("scale", "gateway=1");
        }
    }

    private static async Task<long> WaitUntilShown(HttpClient reader, Guid article, string title)
    {
        while (!await Shows(reader, article, title)) { }
        return Stopwatch.GetTimestamp();
    }

    private static async Task<bool> Shows(HttpClient reader, Guid article, string title) =>
        (await reader.GetStringAsync($"/api/articles/{article}")).Contains(title, StringComparison.Ordinal);
}
