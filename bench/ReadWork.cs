using System.Text.Json.Nodes;

namespace Bench;

/// <summary>
/// Reads at the services themselves, which have no cache: the rate with 32 connections, and the processor time of one request. The rates
/// are compared with those of version 1 in docs/benchmarks.md, because version 1 cannot be measured in the same run.
/// </summary>
internal static class ReadWork
{
    private const int Connections = 32;

    private sealed record Kind(
        string Name,
        string Address,
        string[] Paths,
        double? Version1 = null,
        double? MostMilliseconds = null);

    private sealed record Round(double Rate, Consumption Cost);

    public static async Task<Figure[]> Run(PrivateSystem system, Site site, int seconds)
    {
        var (articles, comments) = (await PrivateSystem.Direct("articles"), await PrivateSystem.Direct("comments"));
        Kind[] kinds =
        [
            new("an article by id", articles, [.. site.Articles.Select(a => $"/api/articles/{a}")], 2041, 0.3),
            new("an article by slug", articles, await Slugs(system, site)),
            new("a list of 20 articles", articles, ["/api/articles?limit=20"]),
            new("a page of a discussion", comments, [.. site.Articles.Select(Posting.Path)]),
        ];
        await using var clock = await ProcessorClock.Start();
        foreach (var kind in kinds) await Read(kind, seconds); // The code of a read is compiled after its first requests.
        var idle = await clock.MeasureIdle(2 * seconds);
        var rounds = kinds.ToDictionary(k => k, _ => new List<Round>());
        for (var round = 1; round <= Rounds.Few; round++)
            foreach (var kind in kinds)
            {
                WrkResult? result = null;
                var used = await clock.Measure(async () => result = await Read(kind, seconds));
                rounds[kind].Add(new(result!.PerSecond, used.Less(idle).Per(result.Responses)));
                Progress.Report($"  round {round}: {Rounds.PerSecond(result.PerSecond)} reads of {kind.Name}");
            }
        return [.. kinds.SelectMany(kind => Figures(kind, rounds[kind]))];
    }

    private static async Task<string[]> Slugs(PrivateSystem system, Site site)
    {
        var slugs = new List<string>();
        foreach (var article in site.Articles)
            slugs.Add(JsonNode.Parse(await system.Http.GetStringAsync($"/api/articles/{article}"))!["slug"]!.GetValue<string>());
        return [.. slugs.Select(s => $"/api/articles/{s}")];
    }

    private static async Task<WrkResult> Read(Kind kind, int seconds)
    {
        using var script = WrkScript.Get(kind.Paths);
        return await Wrk.Measure(kind.Address, Connections, seconds, script.Path);
    }

    private static IEnumerable<Figure> Figures(Kind kind, List<Round> rounds)
    {
        var rate = Rounds.Median(rounds.Select(r => r.Rate));
        var work = $"GET of {kind.Name} at the service, not cached";
        yield return kind.Version1 is { } version1
            ? Figure.AtLeast(work, Rounds.PerSecond(rate), $"{Rounds.PerSecond(version1)} of version 1", rate / version1, 3)
            : Figure.Information(work, rate, "/s", "version 1: not recorded");

        var time = Rounds.Median(rounds.Select(r => r.Cost.Total));
        work = $"processor time of {kind.Name}";
        yield return kind.MostMilliseconds is { } most ? Figure.AtMost(work, time, most, "ms") : Figure.Information(work, time, "ms");
        foreach (var (part, milliseconds) in Consumption.Parts([.. rounds.Select(r => r.Cost)]))
            yield return Figure.Information($"{work}: {part}", milliseconds, "ms");
    }
}
