using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>Two replicas of a service behave as one, even if one of them is killed.</summary>
public class ReplicaTests(RunningPlatform platform, TwoReplicas replicas) : DisruptiveTests(platform), IClassFixture<TwoReplicas>
{
    [Fact]
    public async Task If_the_leading_replica_of_comments_is_killed_the_other_takes_over_within_seconds()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await editor.PublishWithOpenDiscussion();
        var leader = await replicas.Leader("comments");

        RunningPlatform.Kill(leader);
        var watch = Stopwatch.StartNew();
        await new ConcurrentBag<ErrorResponse>().SendUntilAccepted(() => Platform.Reader.Comment(article));
        await Platform.Reader.WaitUntilCountIs(article, 1);
        AssertDuration("failover of comments", watch.Elapsed, limit: 10);
    }

    [Fact]
    public async Task If_the_leading_replica_of_articles_is_killed_the_other_takes_over_within_seconds()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = Guid.CreateVersion7();
        await editor.Draft(article);
        var leader = await replicas.Leader("articles");

        RunningPlatform.Kill(leader);
        var watch = Stopwatch.StartNew();
        await new ConcurrentBag<ErrorResponse>().SendUntilAccepted(() => editor.Publish(article));
        await Platform.Reader.WaitUntilDiscussionIsOpen(article);
        AssertDuration("failover of articles", watch.Elapsed, limit: 10);
    }

    [Fact]
    public async Task A_scheduled_article_is_published_once_even_if_the_leading_replica_is_killed_before_the_time()
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
            "the article is published",
            Patience);
        AssertDuration("from the scheduled time until the article was published", TimeProvider.System.GetUtcNow() - due, limit: 5);
        foreach (var address in new[]
        {
            "/api/articles?limit=5",
            $"/api/articles?q={word}",
            "/feeds/en/atom.xml",
            $"/sitemap-{due.UtcDateTime:yyyy-MM}-1.xml",
        })
            await Eventually.IsTrue(
                async () => (await Platform.Reader.GetStringAsync(address, Cancelled)).Contains($"{article}", StringComparison.Ordinal),
                $"{address} contains the article",
                Patience);
        await Platform.Heal();
        var history = await editor.Read($"/api/articles/{article}/history");
        Assert.Single(history["items"]!.AsArray(), e => e!["what"]!.GetValue<string>() == "published");
    }

    [Fact]
    public async Task No_comment_is_lost_or_duplicated_if_the_leading_replicas_are_killed()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await editor.PublishWithOpenDiscussion();
        var leaders = new[] { await replicas.Leader("comments"), await replicas.Leader("articles") };
        var keys = Enumerable.Range(0, 100).Select(_ => Guid.CreateVersion7()).ToArray();
        var errors = new ConcurrentBag<ErrorResponse>();
        var posted = 0;

        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 5, CancellationToken = Cancelled }, async (
            key, _) =>
            {
                await errors.SendUntilAccepted(() => Platform.Reader.Comment(article, key));
                if (Interlocked.Increment(ref posted) == 30) foreach (var leader in leaders) RunningPlatform.Kill(leader);
            });

        var watch = Stopwatch.StartNew();
        await Platform.Reader.WaitUntilCountIs(article, 100);
        AssertDuration("from the last comment until all comments were counted", watch.Elapsed, limit: 15);
        Assert.Equal(keys.Order(), (await Platform.Reader.CommentIds(article)).Order());
        Assert.All(errors, error => error.AssertRetryable());
        Assert.All(await Platform.DeadLetters(), queue => Assert.Equal(0, queue.Value));
    }
}

/// <summary>Runs two replicas of every service for the tests of a class, and one again afterwards.</summary>
public sealed class TwoReplicas(RunningPlatform platform) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await platform.Script(["scale", .. RunningPlatform.Services.Select(s => $"{s}=2")]);

    public async ValueTask DisposeAsync() => await platform.Script(["scale", .. RunningPlatform.Services.Select(s => $"{s}=1")]);

    /// <summary>Waits until exactly one of the two replicas leads the relay, and returns it.</summary>
    public Task<ProcessState> Leader(string service) => Eventually.Get(async () =>
    {
        var leaders = new List<string>();
        foreach (var replica in new[] { $"{service}-1", $"{service}-2" })
            if ((await platform.Health(replica))["checks"]!["relay"]!["data"]!["leads"]!.GetValue<bool>()) leaders.Add(replica);
        return leaders.Count == 1 ? await platform.Status(leaders[0]) : null;
    }, $"one replica of {service} leads", EndToEndTests.Patience);
}
