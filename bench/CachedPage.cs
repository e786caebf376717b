using System.Text.RegularExpressions;

namespace Bench;

/// <summary>A page that both the gateway and nginx serve from their cache.</summary>
internal static partial class CachedPage
{
    /// <summary>
    /// Requests the page until both answer from their cache, and checks that it is the same page. Returns its number of characters.
    /// </summary>
    public static async Task<int> Prepare(string gateway, string path, Version version)
    {
        var fromGateway = await Body(gateway + path, "Cache-Status", "gateway; hit", version);
        var fromNginx = await Body(Nginx.Address + path, "X-Cache", "HIT", version);
        return Clocks().Replace(fromGateway, "") == Clocks().Replace(fromNginx, "")
            ? fromGateway.Length
            : throw new InvalidOperationException($"The gateway and nginx return different pages at {path}.");
    }

    /// <summary>Matches the clocks on the front page, which differ because the two pages were requested at different times.</summary>
    [GeneratedRegex(@"<time class=""clock"".*?</time>", RegexOptions.Singleline)]
    private static partial Regex Clocks();

    /// <summary>The body of a page, once its header says that it was a cache hit.</summary>
    private static async Task<string> Body(
        string url,
        string header,
        string expected,
        Version version)
    {
        using var http = Command.Http(version);
        for (var tries = 0; tries < 3; tries++)
        {
            using var answer = await http.GetAsync(url);
            if (answer.EnsureSuccessStatusCode().Headers.TryGetValues(header, out var values) && values.Single() == expected)
                return await answer.Content.ReadAsStringAsync();
        }
        throw new InvalidOperationException($"{url} is not answered from the cache.");
    }
}
