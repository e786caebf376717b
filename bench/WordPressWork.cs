namespace Bench;

/// <summary>
/// Compares reads that no cache answers with the REST API of WordPress, which holds as many posts with texts of the same length. Both sides
/// include everything from the HTTP server to the database.
/// </summary>
internal static class WordPressWork
{
    private const int Connections = 32;

    public static async Task<Figure[]> Run(PrivateSystem system, Site site, int seconds)
    {
        await using var wordPress = await WordPress.Start(site.Articles.Count);
        return
        [
            await Compare(
                "an article", site.Articles.Select(a => $"/api/articles/{a}"), wordPress.Posts.Select(p => Rest($"posts/{p}")), seconds),
            await Compare("a list of 20", ["/api/articles?limit=20"], [Rest("posts&per_page=20")], seconds),
        ];
    }

    private static string Rest(string route) => $"/?rest_route=/wp/v2/{route}";

    private static async Task<Figure> Compare(string what, IEnumerable<string> ours, IEnumerable<string> theirs, int seconds)
    {
        using WrkScript articles = WrkScript.Get(ours), posts = WrkScript.Get(theirs);
        await Wrk.Run(Nginx.Address, Connections, seconds, posts.Path); // PHP compiles its scripts at the first requests.
        Progress.Report($"  {what}, from the gateway and from WordPress:");
        var (read, baseline, ratio) = await Rounds.Alternate(
            seconds,
            turn => Wrk.Run(PrivateSystem.Gateway, Connections, turn, articles.Path, PrivateSystem.BypassCache),
            turn => Wrk.Run(Nginx.Address, Connections, turn, posts.Path));
        return Figure.Information(
            $"GET of {what} through the gateway, not cached, beside WordPress",
            Rounds.PerSecond(read),
            $"{Rounds.PerSecond(baseline)} with the REST API of WordPress",
            ratio);
    }
}
