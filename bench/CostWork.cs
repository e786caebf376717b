namespace Bench;

/// <summary>
/// The processor time of a posted comment in all processes, and the bytes that it adds to PostgreSQL's write-ahead log. The time until the
/// consumers are done is included, and what the idle platform uses is subtracted.
/// </summary>
internal static class CostWork
{
    private const int Connections = 32;

    public static async Task<Figure[]> Run(PrivateSystem system, Site site, int seconds)
    {
        await using var clock = await ProcessorClock.Start();
        await using var counts = new CommentCounts();
        using var script = Posting.Script(site);
        await counts.WaitUntilStable(site.Articles);
        var idle = await clock.MeasureIdle(2 * seconds);
        var rounds = new List<Consumption>();
        for (var round = 1; round <= Rounds.Few; round++)
        {
            var before = await Posted(counts, site);
            var after = before;
            var used = await clock.Measure(async () =>
            {
                await Wrk.Run(PrivateSystem.Gateway, Connections, seconds, script.Path);
                after = await Posted(counts, site);
            });
            rounds.Add(used.Less(idle).Per(after - before));
            Progress.Report($"  round {round}: {after - before} comments, {Figure.Format(rounds[^1].Total, "ms")} each");
        }
        return
        [
            Figure.AtMost("processor time per posted comment, all processes", Rounds.Median(rounds.Select(r => r.Total)), 0.95, "ms"),
            .. Consumption.Parts(rounds)
                .Select(p => Figure.Information($"processor time per posted comment: {p.Part}", p.Milliseconds, "ms")),
            Figure.Information("write-ahead log per posted comment", Rounds.Median(rounds.Select(r => r.Wal)), "bytes"),
        ];
    }

    /// <summary>The number of comments that the articles service has counted, once it does not change any more.</summary>
    private static async Task<int> Posted(CommentCounts counts, Site site) => (await counts.WaitUntilStable(site.Articles)).Values.Sum();
}
