using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace Bench;

/// <summary>All measurements, by name.</summary>
internal static partial class Works
{
    public static readonly IReadOnlyDictionary<string, Func<PrivateSystem, Site, int, Task<Figure[]>>> All =
        new Dictionary<string, Func<PrivateSystem, Site, int, Task<Figure[]>>>
        {
            ["up"] = (system, _, _) =>
                Task.FromResult<Figure[]>(
                    [Figure.AtMost("`./platform up`, already built and installed, until ready", system.ReadyAfter.TotalSeconds, 20, "s")]),
            ["latency"] = Latency,
            ["gateway"] = GatewayWork.Run,
            ["post"] = PostComment,
            ["list"] = ListWork.Run,
            ["thread"] = ThreadWork.Run,
            ["live"] = LiveWork.Run,
            ["replay"] = ReplayWork.Run,
            ["memory"] = Memory,
        };

    /// <summary>
    /// Puts load on the platform before the measurements, because the processes still compile code on the same cores just after their
    /// start. Then waits until the articles service has received all events.
    /// </summary>
    public static async Task WarmUp(PrivateSystem system, Site site, int seconds)
    {
        var script = await PostingScript(site);
        await Wrk.Run(PrivateSystem.Gateway, 32, 6 * seconds, script);
        await using var commentCounts = new CommentCounts();
        await commentCounts.WaitUntilStable(site.Articles);
    }

    /// <summary>
    /// Posts 200 comments a second. For every tenth, measures the time until the articles service has the new count of its article.
    /// </summary>
    private static async Task<Figure[]> Latency(PrivateSystem system, Site site, int seconds)
    {
        const int Rate = 200, Followed = 10;
        await using var commentCounts = new CommentCounts();
        var counts = (await commentCounts.WaitUntilStable(site.Articles)).ToDictionary();
        // These articles get no other comments, so that the count shows which comment has arrived.
        var followed = site.Articles.Take(site.Articles.Count / 2).ToArray();
        var others = site.Articles.Skip(followed.Length).ToArray();
        var followers = new List<Task<double>>();
        var posts = new List<Task>();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Rate * seconds; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / Rate);
            if (due > watch.Elapsed) await Task.Delay(due - watch.Elapsed);
            if (i % Followed == 0 && i / Followed < followed.Length * 10)
            {
                var id = followed[i / Followed % followed.Length];
                followers.Add(MeasureDelay(system, commentCounts, id, ++counts[id]));
            }
            else posts.Add(Post(system, others[i % others.Length]));
        }
        await Task.WhenAll(posts);
        var delays = await Task.WhenAll(followers);
        return
        [
            Figure.AtMost(
                $"commit until visible in the other service, {Rate} comments/s, p50 of {delays.Length}",
                Rounds.Percentile(delays, 0.50),
                25,
                "ms"),
            Figure.AtMost($"commit until visible in the other service, {Rate} comments/s, p99", Rounds.Percentile(delays, 0.99), 150, "ms"),
        ];
    }

    private static async Task<double> MeasureDelay(PrivateSystem system, CommentCounts commentCounts, Guid article, int expected)
    {
        await Post(system, article);
        var committed = Stopwatch.GetTimestamp();
        return Stopwatch.GetElapsedTime(committed, await commentCounts.WaitFor(article, expected)).TotalMilliseconds;
    }

    private static async Task Post(PrivateSystem system, Guid article)
    {
        using var answer = await system.Http.PostAsJsonAsync(
            $"/api/articles/{article}/comments", new { author = "Reader", text = "A comment of ordinary length, neither short nor long." });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Compares comments posted through the gateway with the cheapest write of PostgreSQL, the insertion of one row.</summary>
    private static async Task<Figure[]> PostComment(PrivateSystem system, Site site, int seconds)
    {
        var script = await PostingScript(site);
        var (posts, inserts, ratio) = await Rounds.Alternate(seconds, turn => Wrk.Run(PrivateSystem.Gateway, 32, turn, script), Insert);
        return
        [
            Figure.AtLeast(
                "comment posted through the gateway, 32 connections",
                Rounds.PerSecond(posts),
                $"{Rounds.PerSecond(inserts)} single-row INSERTs (pgbench)",
                ratio,
                0.25),
        ];
    }

    private static async Task<string> PostingScript(Site site)
    {
        var script = Path.GetTempFileName();
        await File.WriteAllTextAsync(script, $$"""
            local articles = { {{string.Join(", ", site.Articles.Select(a => $"\"{a}\""))}} }
            local next = 0
            request = function()
              next = next % #articles + 1
              return wrk.format("POST", "/api/articles/" .. articles[next] .. "/comments", { ["Content-Type"] = "application/json" },
                '{"author":"Reader","text":"A comment of ordinary length, neither short nor long."}')
            end
            """);
        return script;
    }

    private static async Task<double> Insert(int seconds)
    {
        var client = PrivateSystem.PostgresClient("comments");
        await Command.Run(
            "psql",
            ["-qc", "create table if not exists bench_insert (id uuid primary key default gen_random_uuid(), body text not null)"],
            client);
        var script = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            script, "insert into bench_insert (body) values ('A comment of ordinary length, neither short nor long.');");
        var output = await Command.Run("pgbench", ["-n", "-c32", "-j2", $"-T{seconds}", "-f", script], client);
        return double.Parse(Tps().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"tps = ([\d.]+)")]
    private static partial Regex Tps();

    /// <summary>The memory of all .NET processes after the measurements so far.</summary>
    private static async Task<Figure[]> Memory(PrivateSystem system, Site site, int seconds)
    {
        var services = (await PrivateSystem.Processes()).Where(
            p => p.Pid is not null && (p.Name == "gateway" || p.Name.EndsWith("-1", StringComparison.Ordinal)));
        return
        [
            Figure.AtMost("memory of all .NET processes (PSS)", services.Sum(p => PrivateSystem.Memory(p.Pid!.Value)) / 1e6, 1000, "MB"),
        ];
    }
}
