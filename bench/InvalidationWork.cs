using System.Diagnostics;

namespace Bench;

/// <summary>
/// Writes through one gateway and reads through another as fast as it answers. Measures from the response to the write until the first
/// response that contains the change.
/// </summary>
internal static class InvalidationWork
{
    /// <summary>The number of writes in each round.</summary>
    private const int Commits = 200;

    public static async Task<Figure[]> Run(PrivateSystem system, Site site, int seconds)
    {
        await PrivateSystem.Platform("scale", "gateway=2");
        try
        {
            using var writers = new HttpClient { BaseAddress = new Uri(PrivateSystem.Gateway) };
            using var others = new HttpClient { BaseAddress = new Uri(PrivateSystem.SecondGateway) };
            var (p50, p99, old) = (new List<double>(), new List<double>(), 0);
            for (var round = 0; round < Rounds.Few; round++)
            {
                var delays = new List<double>();
                for (var i = round * Commits; i < (round + 1) * Commits; i++)
                {
                    var (delay, isOld) = await Delay(system, writers, others, site.Articles[i % site.Articles.Count], $"Title number {i}");
                    delays.Add(delay);
                    if (isOld) old++;
                }
                p50.Add(Rounds.Percentile(delays, 0.5));
                p99.Add(Rounds.Percentile(delays, 0.99));
                Progress.Report($"  round {round + 1}: p99 {Figure.Format(p99[^1], "ms")}");
            }
            return
            [
                Figure.Information("commit until another gateway stops serving the old page, p50", Rounds.Median(p50), "ms"),
                Figure.AtMost("commit until another gateway stops serving the old page, p99", Rounds.Median(p99), 75, "ms"),
                Figure.AtMost("old pages served by the gateway that the write passed through", old, 0, "pages"),
            ];
        }
        finally
        {
            await PrivateSystem.Platform("scale", "gateway=1");
        }
    }

    /// <summary>
    /// Publishes an article with a new title. Returns after how many milliseconds the other gateway showed it, and whether the gateway that
    /// the write passed through still served the old page after the response.
    /// </summary>
    private static async Task<(double Delay, bool IsOld)> Delay(
        PrivateSystem system,
        HttpClient writers,
        HttpClient others,
        Guid article,
        string title)
    {
        title += " of this benchmark";
        await Site.Draft(system, article, title);
        await Shows(writers, article, title); // After these two reads, both gateways have cached the old page.
        await Shows(others, article, title);
        var shown = WaitUntilShown(others, article, title);
        await Site.Publish(system, article);
        var committed = Stopwatch.GetTimestamp();
        var isOld = !await Shows(writers, article, title);
        var seen = await shown;
        return (seen <= committed ? 0 : Stopwatch.GetElapsedTime(committed, seen).TotalMilliseconds, isOld);
    }

    private static async Task<long> WaitUntilShown(HttpClient reader, Guid article, string title)
    {
        while (!await Shows(reader, article, title)) { }
        return Stopwatch.GetTimestamp();
    }

    private static async Task<bool> Shows(HttpClient reader, Guid article, string title) =>
        (await reader.GetStringAsync($"/api/articles/{article}")).Contains(title, StringComparison.Ordinal);
}
