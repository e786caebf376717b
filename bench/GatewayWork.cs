using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Bench;

/// <summary>
/// What a page costs that the gateway remembers, what one costs that it hands on, and how soon another gateway forgets what was written
/// through the first.
/// </summary>
internal static partial class GatewayWork
{
    private const int Connections = 32, Commits = 300;

    public static async Task<Figure[]> Run(PrivateSystem system, Site site, int seconds)
    {
        // They fill the front page.
        await PrivateSystem.Platform("seed");
        return
        [
            await Remembered("an article", "articles", $"/api/articles/{site.Articles[0]}", seconds),
            await Remembered("the front page", "portal", "/en", seconds),
            await AsBrowsersAsk(site, seconds),
            await HandedOn(site, seconds),
            .. await Forgotten(system, site),
        ];
    }

    /// <summary>The same page of the same service, out of the memory of the gateway and out of nginx's cache.</summary>
    private static async Task<Figure> Remembered(string what, string service, string path, int seconds)
    {
        await using var nginx = await Nginx.Before(new Uri(await PrivateSystem.Direct(service)));
        var (kept, cached) = (
            await FromMemory(PrivateSystem.Gateway + path, "Cache-Status", "gateway; hit"),
            await FromMemory(Nginx.Address + path, "X-Cache", "HIT"));
        if (Clocks().Replace(kept, "") != Clocks().Replace(cached, ""))
            throw new InvalidOperationException($"The gateway and nginx answer different pages at {path}.");
        var (ours, theirs, ratio) = await Rounds.InTurn(
            seconds,
            turn => Wrk.Run(PrivateSystem.Gateway + path, Connections, turn),
            turn => Wrk.Run(Nginx.Address + path, Connections, turn));
        return Figure.AtLeast(
            $"GET of {what} ({kept.Length} characters) through the gateway, cached, {Connections} connections",
            Rounds.PerSecond(ours),
            $"{Rounds.PerSecond(theirs)} by nginx, `proxy_cache`",
            ratio,
            0.9);
    }

    /// <summary>Compressed, as browsers get them: the front page and an article.</summary>
    private static async Task<Figure> AsBrowsersAsk(Site site, int seconds)
    {
        const string Compressed = "Accept-Encoding: gzip, deflate, br";
        string front = $"{PrivateSystem.Gateway}/en", article = $"{PrivateSystem.Gateway}/api/articles/{site.Articles[0]}";
        var (page, small, ratio) = await Rounds.InTurn(
            seconds,
            turn => Wrk.Run(front, Connections, turn, header: Compressed),
            turn => Wrk.Run(article, Connections, turn, header: Compressed));
        return Figure.AtLeast(
            "GET of the front page through the gateway, cached and compressed",
            Rounds.PerSecond(page),
            $"{Rounds.PerSecond(small)} of an article",
            ratio,
            0.9);
    }

    /// <summary>The clocks of the capitals on the front page: each of the two was asked at its own moment.</summary>
    [GeneratedRegex(@"<time class=""clock"".*?</time>", RegexOptions.Singleline)]
    private static partial Regex Clocks();

    /// <summary>Its body, once it says that it comes from memory.</summary>
    private static async Task<string> FromMemory(string url, string header, string expected)
    {
        using var http = new HttpClient();
        for (var tries = 0; tries < 3; tries++)
        {
            using var answer = await http.GetAsync(url);
            if (answer.EnsureSuccessStatusCode().Headers.TryGetValues(header, out var values) && values.Single() == expected)
                return await answer.Content.ReadAsStringAsync();
        }
        throw new InvalidOperationException($"{url} is not answered from memory.");
    }

    /// <summary>
    /// The same article through the gateway and past it, in turn; with a cookie, so that the gateway's cache has no part in it.
    /// </summary>
    private static async Task<Figure> HandedOn(Site site, int seconds)
    {
        var path = $"/api/articles/{site.Articles[0]}";
        var direct = await PrivateSystem.Direct("articles");
        const string Uncached = "Cookie: bench=1";
        var (through, past, ratio) = await Rounds.InTurn(
            seconds,
            turn => Wrk.Run(PrivateSystem.Gateway + path, Connections, turn, header: Uncached),
            turn => Wrk.Run(direct + path, Connections, turn, header: Uncached));
        return Figure.AtLeast(
            $"GET of an article through the gateway, not cached, {Connections} connections",
            Rounds.PerSecond(through),
            $"{Rounds.PerSecond(past)} past it",
            ratio,
            0.6);
    }

    /// <summary>
    /// Written through one gateway, read through another as fast as it answers: from the write's answer until the first that shows it.
    /// </summary>
    private static async Task<Figure[]> Forgotten(PrivateSystem system, Site site)
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
                await Shows(writers, article, title); // Both keep the old page now.
                await Shows(others, article, title);
                var shown = UntilShown(others, article, title);
                await Site.Publish(system, article);
                var committed = Stopwatch.GetTimestamp();
                if (!await Shows(writers, article, title)) old++;
                var seen = await shown;
                delays.Add(seen <= committed ? 0 : Stopwatch.GetElapsedTime(committed, seen).TotalMilliseconds);
            }
            return
            [
                Figure.AtMost(
                    $"commit -> another gateway's cache no longer serves the old page, p50 of {Commits}",
                    Rounds.Percentile(delays, 0.5),
                    150,
                    "ms"),
                Figure.AtMost("... p99", Rounds.Percentile(delays, 0.99), 150, "ms"),
                Figure.AtMost("old pages that the gateway served through which was written", old, 0, "pages"),
            ];
        }
        finally
        {
            await PrivateSystem.Platform("scale", "gateway=1");
        }
    }

    private static async Task<long> UntilShown(HttpClient reader, Guid article, string title)
    {
        while (!await Shows(reader, article, title)) { }
        return Stopwatch.GetTimestamp();
    }

    private static async Task<bool> Shows(HttpClient reader, Guid article, string title) =>
        (await reader.GetStringAsync($"/api/articles/{article}")).Contains(title, StringComparison.Ordinal);
}
