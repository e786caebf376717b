using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>Two replicas of every service behave as one, also while one of them dies.</summary>
public class ReplicaTests(RunningPlatform platform, TwoOfEach replicas) : BreakingTests(platform), IClassFixture<TwoOfEach>
{
    [Fact]
    public async Task When_the_leading_replica_of_comments_is_killed_the_other_leads_within_seconds()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await editor.PublishDiscussed();
        var leader = await replicas.Leader("comments");

        RunningPlatform.Kill(leader);
        var watch = Stopwatch.StartNew();
        await new ConcurrentBag<Refusal>().UntilTaken(() => Platform.Reader.Comment(article));
        await Platform.Reader.CountBecomes(article, 1);
        Took("fail-over of comments", watch.Elapsed, promised: 10);
    }

    [Fact]
    public async Task When_the_leading_replica_of_articles_is_killed_the_other_leads_within_seconds()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = Guid.CreateVersion7();
        await editor.Draft(article);
        var leader = await replicas.Leader("articles");

        RunningPlatform.Kill(leader);
        var watch = Stopwatch.StartNew();
        await new ConcurrentBag<Refusal>().UntilTaken(() => editor.Publish(article));
        await Platform.Reader.DiscussionIsOpen(article);
        Took("fail-over of articles", watch.Elapsed, promised: 10);
    }

    [Fact]
    public async Task A_scheduled_article_is_shown_once_and_everywhere_though_a_replica_is_killed_before_its_minute()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = Guid.CreateVersion7();
        var word = $"heliotrope{article:N}";
        await editor.Draft(article, $"The {word} summit");
        var leader = await replicas.Leader("articles");
        var due = TimeProvider.System.GetUtcNow().AddSeconds(4);
        using var schedule = new HttpRequestMessage(HttpMethod.Post, $"/api/articles/{article}/schedule")
        {
            Content = JsonContent.Create(new { at = due }),
            Headers = { { "If-Match", "*" } },
        };
        using var scheduled = await editor.SendAsync(schedule, Cancelled);
        Assert.True(scheduled.IsSuccessStatusCode, await scheduled.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal(HttpStatusCode.NotFound, (await Platform.Reader.GetAsync($"/api/articles/{article}", Cancelled)).StatusCode);
        RunningPlatform.Kill(leader);

        await Eventually.IsTrue(
            async () => (await Platform.Reader.GetAsync($"/api/articles/{article}", Cancelled)).IsSuccessStatusCode,
            "it is shown",
            Patience);
        Took("its minute to its being seen", TimeProvider.System.GetUtcNow() - due, promised: 5);
        foreach (var place in new[]
        {
            "/api/articles?limit=5",
            $"/api/articles?q={word}",
            "/feeds/en/atom.xml",
            $"/sitemap-{due.UtcDateTime:yyyy-MM}-1.xml",
        })
            await Eventually.IsTrue(
                async () => (await Platform.Reader.GetStringAsync(place, Cancelled)).Contains($"{article}", StringComparison.Ordinal),
                $"{place} has it",
                Patience);
        await Platform.Heal();
        var history = await editor.Read($"/api/articles/{article}/history");
        Assert.Single(history["items"]!.AsArray(), e => e!["what"]!.GetValue<string>() == "published");
    }

    [Fact]
    public async Task Of_a_hundred_comments_posted_while_leaders_are_killed_none_is_lost_or_doubled()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await editor.PublishDiscussed();
        var leaders = new[] { await replicas.Leader("comments"), await replicas.Leader("articles") };
        var keys = Enumerable.Range(0, 100).Select(_ => Guid.CreateVersion7()).ToArray();
        var refusals = new ConcurrentBag<Refusal>();
        var posted = 0;

        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 5, CancellationToken = Cancelled }, async (
            key, _) =>
            {
                await refusals.UntilTaken(() => Platform.Reader.Comment(article, key));
                if (Interlocked.Increment(ref posted) == 30) foreach (var leader in leaders) RunningPlatform.Kill(leader);
            });

        var watch = Stopwatch.StartNew();
        await Platform.Reader.CountBecomes(article, 100);
        Took("last comment to everything counted", watch.Elapsed, promised: 15);
        Assert.Equal(keys.Order(), (await Platform.Reader.CommentIds(article)).Order());
        Assert.All(refusals, refusal => refusal.SaysTryAgain());
        Assert.All(await Platform.DeadLetters(), queue => Assert.Equal(0, queue.Value));
    }
}

/// <summary>Two replicas of every service for the tests of one class, one again after them.</summary>
public sealed class TwoOfEach(RunningPlatform platform) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await platform.Script(["scale", .. RunningPlatform.Services.Select(s => $"{s}=2")]);

    public async ValueTask DisposeAsync() => await platform.Script(["scale", .. RunningPlatform.Services.Select(s => $"{s}=1")]);

    /// <summary>Which of the two leads, and only one does.</summary>
    public Task<ProcessState> Leader(string service) => Eventually.Get(async () =>
    {
        var leaders = new List<string>();
        foreach (var replica in new[] { $"{service}-1", $"{service}-2" })
            if ((await platform.Health(replica))["checks"]!["relay"]!["data"]!["leads"]!.GetValue<bool>()) leaders.Add(replica);
        return leaders.Count == 1 ? await platform.Status(leaders[0]) : null;
    }, $"one replica of {service} leads", EndToEndTests.Patience);
}
