using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Bench;

/// <summary>
/// Compares the rebuild and swap of a read model of 1,000,000 events with a COPY of the same events from PostgreSQL. Then repeats the
/// rebuild while clients read and write, which must not affect them.
/// </summary>
internal static class ReplayWork
{
    private const int Million = 1_000_000;

    public static async Task<Figure[]> Run(PrivateSystem system, Site site, int seconds)
    {
        var events = int.TryParse(
            Environment.GetEnvironmentVariable("BENCH_EVENTS"), NumberStyles.None, CultureInfo.InvariantCulture, out var configured)
            ? configured
            : Million;
        await Fill(events);
        using var admin = new HttpClient { BaseAddress = new Uri(PrivateSystem.Gateway), Timeout = TimeSpan.FromMinutes(5) };
        admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await PrivateSystem.Token("admin"));

        // In alternation, so that other load on the machine affects both equally.
        var (copy, rebuild) = (new double[Rounds.Few], new double[Rounds.Few]);
        for (var round = 0; round < copy.Length; round++)
        {
            copy[round] = events / await Copy(events);
            rebuild[round] = events / (await Replay(admin)).Seconds;
            Progress.Report($"  round {round + 1}: {Number(rebuild[round])} events/s rebuilt, {Number(copy[round])} copied");
        }
        var (copied, rebuilt) = (Rounds.Median(copy), Rounds.Median(rebuild));
        var underLoad = await UnderLoad(system, site, admin);
        return
        [
            Figure.AtLeast(
                $"read model rebuilt and swapped, {Number(events)} events",
                $"{Number(rebuilt)}/s",
                $"{Number(copied)}/s with COPY of the same events",
                Rounds.Ratio(rebuild, copy),
                0.2),
            Figure.AtMost("read model rebuilt under load: incomplete, failed or lost", underLoad.Wrong, 0, "") with
            {
                Measured = $"{underLoad.Wrong} of {Number(underLoad.Reads)} reads and {Number(underLoad.Writes)} writes",
            },
        ];
    }

    private static async Task<(int Reads, int Writes, int Wrong)> UnderLoad(PrivateSystem system, Site site, HttpClient admin)
    {
        using var stop = new CancellationTokenSource();
        var (reads, writes, wrong, article) = (0, 0, 0, site.Articles[0]);
        var before = await Count(system, article);
        var reading = Task.Run(async () =>
        {
            for (var seen = before; !stop.IsCancellationRequested; reads++)
                try
                {
                    var now = await Count(system, article);
                    if (now < seen) wrong++;
                    seen = Math.Max(seen, now);
                }
                catch (HttpRequestException) { wrong++; }
        });
        var writing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                using var answer = await system.Http.PostAsJsonAsync(
                    $"/api/articles/{article}/comments", new { author = "Reader", text = "Written while the read model was rebuilt." });
                if (answer.IsSuccessStatusCode) writes++;
                else wrong++;
                await Task.Delay(20);
            }
        });
        var replay = await Replay(admin);
        await stop.CancelAsync();
        await Task.WhenAll(reading, writing);
        if (replay.Differences > 0 || await Count(system, article) != before + writes) wrong++;
        return (reads, writes, wrong);
    }

    /// <summary>The number of comments on all pages of a discussion, read without the cache.</summary>
    private static async Task<int> Count(PrivateSystem system, Guid article)
    {
        var (count, cursor) = (0, "");
        do
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/articles/{article}/comments?limit=100{cursor}")
            {
                Headers = { { "Cookie", "bench=1" } },
            };
            using var answer = await system.Http.SendAsync(request);
            answer.EnsureSuccessStatusCode();
            var page = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            count += page["items"]!.AsArray().Count;
            cursor = page["next"] is { } next ? $"&cursor={next}" : "";
        }
        while (cursor.Length > 0);
        return count;
    }

    /// <summary>Runs a replay, and measures from the request until it is completed.</summary>
    private static async Task<(double Seconds, long Differences)> Replay(HttpClient admin)
    {
        var watch = Stopwatch.StartNew();
        using var accepted = await admin.PostAsJsonAsync(
            "/admin/comments/replays", new { target = "readModel:comment-view", mode = "apply", reason = "benchmark" });
        var id = JsonNode.Parse(await accepted.Content.ReadAsStringAsync())!["id"];
        while (true)
        {
            var replay = JsonNode.Parse(await admin.GetStringAsync($"/admin/comments/replays/{id}"))!;
            if (replay["state"]!.GetValue<string>() is var state && state is not ("queued" or "running"))
                return state == "completed"
                    ? (
                        watch.Elapsed.TotalSeconds,
                        replay["comparison"]!["differ"]!.GetValue<long>()
                        + replay["comparison"]!["missing"]!.GetValue<long>()
                        + replay["comparison"]!["extra"]!.GetValue<long>())
                    : throw new InvalidOperationException(replay.ToJsonString());
            await Task.Delay(100);
        }
    }

    private static async Task<double> Copy(int events)
    {
        var watch = Stopwatch.StartNew();
        await Command.Run(
            "psql",
            [
                "-qX",
                "-v",
                "ON_ERROR_STOP=1",
                "-c",
                $"\\copy (select * from comments.mt_events where type in ('comment_posted', 'comment_hidden') limit {events}) to "
                + "'/dev/null'",
            ],
            PrivateSystem.PostgresClient("comments"));
        return watch.Elapsed.TotalSeconds;
    }

    /// <summary>
    /// Stores events of posted and hidden comments on separate articles, as the service would. The position of the relay is advanced, so
    /// that it does not publish them.
    /// </summary>
    private static async Task Fill(int events)
    {
        await PrivateSystem.Platform("stop", "comments-1");
        var script = Path.GetTempFileName();
        await File.WriteAllTextAsync(script, $$"""
            create temp table past as select 'comment-' || gen_random_uuid() as id,
                ('00000000-0000-4000-8000-' || lpad((i % 5000)::text, 12, '0'))::uuid as article, i,
                '2026-01-01'::timestamptz + i * interval '1 second' as at
              from generate_series(1, {{events * 9L / 10}}) i;
            insert into comments.mt_streams (id, version, timestamp, created)
              select id, case when i % 9 = 0 then 2 else 1 end, at, at from past;
            insert into comments.mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, user_name)
              select nextval('comments.mt_events_sequence'), gen_random_uuid(), id, 1, jsonb_build_object(
                  'articleId', article, 'author', 'Reader ' || i,
                  'text', 'A comment of ordinary length, neither short nor long, number ' || i,
                  'postedAt', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"')),
                'comment_posted', at, 'Comments.Posting.CommentPosted, Comments', 'anonymous'
              from past order by i;
            insert into comments.mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, user_name)
              select nextval('comments.mt_events_sequence'), gen_random_uuid(), id, 2,
                jsonb_build_object('articleId', article, 'reason', 'rude', 'wasShown', true),
                'comment_hidden', at + interval '1 hour', 'Comments.Posting.CommentHidden, Comments', 'moderator'
              from past where i % 9 = 0 order by i;
            update comments.relay set position = (select max(seq_id) from comments.mt_events), holes = '{}';
            """);
        await Command.Run(
            "psql",
            [
                "-qX", "-v", "ON_ERROR_STOP=1", "-f", script, "-c", "vacuum analyze comments.mt_events", "-c",
                "vacuum analyze comments.mt_streams",
            ],
            PrivateSystem.PostgresClient("comments"));
        File.Delete(script);
        await PrivateSystem.Platform("start", "comments-1");
        await PrivateSystem.Platform("up");
    }

    private static string Number(double number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
