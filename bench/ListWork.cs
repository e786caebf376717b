using System.Diagnostics;
using System.Globalization;

namespace Bench;

/// <summary>
/// Compares lists and searches with 1,000 and with 100,000 articles. The rows of the read models are copied directly into the databases of
/// two processes. Requests go to both in alternation, so that other load on the machine affects both sizes equally.
/// </summary>
internal static class ListWork
{
    private const int Small = 1_000, Large = 100_000;
    /// <summary>
    /// Requests per second, sent without waiting for earlier responses, so that the figures do not contain the time that requests spend
    /// waiting for each other.
    /// </summary>
    private const int Rate = 60;
    private const string Search = "search with highlights", Facets = "facets", Suggestions = "suggestions";
    /// <summary>The targets for searches among all articles, in milliseconds.</summary>
    private static readonly Dictionary<string, double> MostMilliseconds = new() { [Search] = 25, [Facets] = 25, [Suggestions] = 20 };

    /// <summary>A request to both databases, and how many milliseconds each took.</summary>
    private sealed record Request(string Kind, double Small, double Large);

    public static async Task<Figure[]> Run(PrivateSystem system, Site site, int seconds)
    {
        var size = int.TryParse(
            Environment.GetEnvironmentVariable("BENCH_ARTICLES"), NumberStyles.None, CultureInfo.InvariantCulture, out var configured)
            ? configured
            : Large;
        var texts = new ArticleTexts();
        await ArticleRows.Fill(texts, 0, Small);
        await using var copy = await ServiceCopy.Of("articles");
        await ArticleRows.Fill(texts, Small, size);
        using HttpClient
            small = new() { BaseAddress = ServiceCopy.Address },
            large = new() { BaseAddress = new(await PrivateSystem.Direct("articles")) };
        return
        [
            .. await Compare("list", ArticleTexts.Lists),
            .. await Compare(Search, texts.Searches),
            .. await Compare(Facets, texts.Facets),
            .. await Compare(Suggestions, texts.Suggestions),
        ];

        async Task<IEnumerable<Figure>> Compare(string work, IReadOnlyList<(string, Func<Random, string>)> kinds)
        {
            foreach (var side in new[] { small, large })
                await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => WarmUp(side, kinds, seed, seconds)));
            var rounds = new List<Request[]>();
            for (var round = 0; round < Rounds.Few; round++)
            {
                rounds.Add(await Measure(small, large, kinds, round, 4 * seconds));
                Progress.Report($"  round {round + 1} of {work}: p99 {Ms(Rounds.Percentile(rounds[^1].Select(r => r.Large), 0.99))}");
            }
            return Figures(work, rounds, kinds.Select(k => k.Item1), size);
        }
    }

    /// <summary>
    /// The figures of all kinds of requests together, followed by the figure of each kind: medians of the p99 in each round.
    /// </summary>
    private static IEnumerable<Figure> Figures(string work, List<Request[]> rounds, IEnumerable<string> kinds, int size)
    {
        var among = $"among {size.ToString("N0", CultureInfo.InvariantCulture)} articles, p99";
        var title = work is Facets or Suggestions ? $"{work} {among}" : $"{work} of 20 {among}";
        yield return Compare(title, rounds);
        if (MostMilliseconds.TryGetValue(work, out var most))
            yield return Figure.AtMost($"{title}, time", Rounds.Median(P99(rounds, r => r.Large)), most, "ms");
        foreach (var kind in kinds)
            yield return Compare($"{work}: {kind}, p99", [.. rounds.Select(round => round.Where(r => r.Kind == kind).ToArray())]);
    }

    private static Figure Compare(string work, List<Request[]> rounds)
    {
        var (before, after) = (P99(rounds, r => r.Small), P99(rounds, r => r.Large));
        return Figure.AtMostTimes(
            work,
            Ms(Rounds.Median(after)),
            $"{Ms(Rounds.Median(before))} among {Small.ToString("N0", CultureInfo.InvariantCulture)}",
            Rounds.Ratio(after, before),
            1.3);
    }

    private static double[] P99(List<Request[]> rounds, Func<Request, double> side) =>
        [.. rounds.Select(round => Rounds.Percentile(round.Select(side), 0.99))];

    private static string Ms(double milliseconds) => $"{milliseconds.ToString("0.0", CultureInfo.InvariantCulture)} ms";

    /// <summary>Sends requests one after another, because rows that were just loaded are slower at the first read.</summary>
    private static async Task WarmUp(HttpClient http, IReadOnlyList<(string Kind, Func<Random, string> Path)> kinds, int seed, int seconds)
    {
        var (random, watch) = (new Random(seed), Stopwatch.StartNew());
        while (watch.Elapsed.TotalSeconds < seconds) await Time(http, kinds[random.Next(kinds.Count)].Path(random));
    }

    /// <summary>Sends the same requests to the small and to the large database in alternation.</summary>
    private static async Task<Request[]> Measure(
        HttpClient small,
        HttpClient large,
        IReadOnlyList<(string Kind, Func<Random, string> Path)> kinds,
        int seed,
        int seconds)
    {
        var (random, watch, sent) = (
            new Random(seed), Stopwatch.StartNew(), new List<(string Kind, Task<double> Small, Task<double> Large)>());
        for (var turn = 0; turn < Rate * seconds; turn += 2)
        {
            var (kind, path) = kinds[random.Next(kinds.Count)];
            var address = path(random);
            await Due(turn);
            var first = Time(small, address);
            await Due(turn + 1);
            sent.Add((kind, first, Time(large, address)));
        }
        return await Task.WhenAll(sent.Select(async a => new Request(a.Kind, await a.Small, await a.Large)));

        Task Due(int turn) =>
            TimeSpan.FromSeconds((double)turn / Rate) is var due && due > watch.Elapsed
                ? Task.Delay(due - watch.Elapsed)
                : Task.CompletedTask;
    }

    private static async Task<double> Time(HttpClient http, string path)
    {
        var started = Stopwatch.GetTimestamp();
        using var answer = await http.GetAsync(path);
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
