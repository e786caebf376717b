using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Bench;

/// <summary>
/// Posts comments at several rates, and measures the time from the response until the articles service has the new count of the article.
/// </summary>
internal static class LatencyWork
{
    /// <summary>How many comments per second are followed. The others are only load.</summary>
    private const int FollowedPerSecond = 50;

    private sealed record Load(int Rate, double? P50Target, double? P99Target);

    private sealed record Round(double[] Delays, double Rate);

    private static readonly Load[] Loads = [new(20, null, null), new(200, 12, 50), new(1_000, null, 150)];

    public static async Task<Figure[]> Run(PrivateSystem system, Site site, int seconds)
    {
        var requests = site.Articles.ToDictionary(a => a, a => KeptConnection.Post(Posting.Path(a), Posting.Json));
        await using var counts = new CommentCounts();
        var rounds = Loads.ToDictionary(l => l, _ => new List<Round>());
        for (var round = 1; round <= Rounds.Few; round++)
            foreach (var load in Loads)
            {
                var measured = await Measure(counts, site, requests, load.Rate, seconds);
                rounds[load].Add(measured);
                Progress.Report(
                    $"  round {round}, {Number(load.Rate)} comments/s: p99 {Figure.Format(Percentile(measured, 0.99), "ms")}"
                    + (RateLoad.IsReached(measured.Rate, load.Rate) ? "" : $"; only {Rounds.PerSecond(measured.Rate)} was reached"));
            }
        return [.. Loads.SelectMany(load => Figures(load, rounds[load]))];
    }

    private static async Task<Round> Measure(
        CommentCounts counts,
        Site site,
        Dictionary<Guid, byte[]> requests,
        int rate,
        int seconds)
    {
        var known = (await counts.WaitUntilStable(site.Articles)).ToDictionary();
        // These articles get no other comments, so that the count shows which comment has arrived.
        var followed = site.Articles.Take(site.Articles.Count / 2).ToArray();
        var others = site.Articles.Skip(followed.Length).ToArray();
        var every = Math.Max(1, rate / FollowedPerSecond);
        var articles = Enumerable.Range(0, rate * seconds)
            .Select(i => i % every == 0 ? followed[i / every % followed.Length] : others[i % others.Length])
            .ToArray();
        // The count of the article with this comment, if the comment is followed.
        var expected = articles.Select((article, i) => i % every == 0 ? ++known[article] : 0).ToArray();
        var delays = new ConcurrentBag<Task<double>>();
        var reached = await RateLoad.Run(
            new Uri(PrivateSystem.Gateway),
            rate,
            articles.Length,
            i => requests[articles[i]],
            (i, committed) =>
            {
                if (expected[i] > 0) delays.Add(Delay(counts, articles[i], expected[i], committed));
            });
        return new(await Task.WhenAll(delays).WaitAsync(TimeSpan.FromMinutes(1)), reached);
    }

    private static async Task<double> Delay(CommentCounts counts, Guid article, int expected, long committed) =>
        Math.Max(0, Stopwatch.GetElapsedTime(committed, await counts.WaitFor(article, expected)).TotalMilliseconds);

    private static Figure[] Figures(Load load, List<Round> rounds)
    {
        var work = $"commit until visible in the other service, {Number(load.Rate)}/s";
        var reached = Rounds.Median(rounds.Select(r => r.Rate));
        return
        [
            Of($"{work}, p50", Rounds.Median(rounds.Select(r => Percentile(r, 0.5))), load.P50Target),
            Of($"{work}, p99", Rounds.Median(rounds.Select(r => Percentile(r, 0.99))), load.P99Target),
            Of($"{work}, maximum", rounds.Max(r => r.Delays.Max()), null),
        ];

        Figure Of(string name, double delay, double? target)
        {
            var figure = target is { } most ? Figure.AtMost(name, delay, most, "ms") : Figure.Information(name, delay, "ms");
            return RateLoad.IsReached(reached, load.Rate)
                ? figure
                : figure with { Measured = $"{figure.Measured}, but only at {Rounds.PerSecond(reached)}", IsValid = false };
        }
    }

    private static double Percentile(Round round, double share) => Rounds.Percentile(round.Delays, share);

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
