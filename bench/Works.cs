namespace Bench;

/// <summary>All measurements, by name, in the order in which they run.</summary>
internal static class Works
{
    public static readonly IReadOnlyDictionary<string, Func<PrivateSystem, Site, int, Task<Figure[]>>> All =
        new Dictionary<string, Func<PrivateSystem, Site, int, Task<Figure[]>>>
        {
            ["up"] = (system, _, _) => Task.FromResult<Figure[]>(
            [
                Figure.AtMost("`./platform up`, already built and installed, until ready", system.SecondsUntilReady, 20, "s"),
            ]),
            ["latency"] = LatencyWork.Run,
            ["cost"] = CostWork.Run,
            ["post"] = PostWork.Run,
            ["read"] = ReadWork.Run,
            ["gateway"] = GatewayWork.Run,
            ["http2"] = Http2Work.Run,
            ["invalidation"] = InvalidationWork.Run,
            ["search"] = SearchWork.Run,
            ["list"] = ListWork.Run,
            ["thread"] = ThreadWork.Run,
            ["live"] = LiveWork.Run,
            ["replay"] = ReplayWork.Run,
            ["memory"] = MemoryWork.Run,
            [Options.WordPress] = WordPressWork.Run,
        };

    /// <summary>The works that are measured if none is named.</summary>
    public static string[] Regular { get; } = [.. All.Keys.Where(w => w != Options.WordPress)];

    /// <summary>
    /// Puts load on the platform before the measurements, because the processes still compile code on the same cores just after their
    /// start. Then waits until the articles service has received all events.
    /// </summary>
    public static async Task WarmUp(Site site, int seconds)
    {
        using var script = Posting.Script(site);
        await Wrk.Run(PrivateSystem.Gateway, 32, 6 * seconds, script.Path);
        await using var counts = new CommentCounts();
        await counts.WaitUntilStable(site.Articles);
    }
}
