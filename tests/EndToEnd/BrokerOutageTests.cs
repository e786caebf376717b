using System.Diagnostics;
using System.Net;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>RabbitMQ is away: events wait, nobody notices, and all of them arrive once.</summary>
public class BrokerOutageTests(RunningPlatform platform) : BreakingTests(platform)
{
    /// <summary>MassTransit's consumers wait 3 seconds before they connect again, then longer each time, at most 30.</summary>
    private const double Reconnected = 35;

    [Fact]
    public async Task While_the_broker_is_stopped_everything_is_taken_and_afterwards_everything_arrives_once()
    {
        using var editor = await Platform.SignedIn("editor");
        var old = await editor.PublishDiscussed();
        var storedBefore = await Platform.Stored("comments");

        await Platform.Script("stop", "rabbitmq");

        var fresh = await editor.PublishNew();
        for (var n = 0; n < 5; n++) Assert.Equal(HttpStatusCode.Created, (await Platform.Reader.Comment(old)).StatusCode);
        Assert.Equal(5, (await Platform.Reader.CommentIds(old)).Count);
        Assert.Contains((await Platform.Reader.Read("/api/articles"))["items"]!.AsArray(), i => i!["id"]!.GetValue<Guid>() == fresh);
        Assert.Equal(0, await Platform.Reader.CommentCount(old));
        Assert.Equal(HttpStatusCode.NotFound, (await Platform.Reader.Comment(fresh)).StatusCode);
        foreach (var service in RunningPlatform.Services) await Platform.Health($"{service}-1");
        foreach (var listener in new[] { "articles", "comments" })
            await Eventually.IsTrue(
                async () => (await Platform.Health($"{listener}-1"))["status"]!.GetValue<string>() == "Degraded",
                $"{listener} serves and says that it is degraded",
                Patience);

        await Platform.Script("start", "rabbitmq");
        await Eventually.IsTrue(async () => (await Platform.Status("rabbitmq")).Ready, "the broker listens", Patience);
        var watch = Stopwatch.StartNew();

        await Platform.Reader.CountBecomes(old, 5);
        await Platform.Reader.DiscussionIsOpen(fresh);
        Took("broker listens to everything arrived", watch.Elapsed, promised: Reconnected);

        Assert.Equal(HttpStatusCode.Created, (await Platform.Reader.Comment(fresh)).StatusCode);
        await Platform.Reader.CountBecomes(fresh, 1);
        Assert.Equal(5, await Platform.Reader.CommentCount(old));
        // Five comments, the fresh article seen once, the comment on it: had anything taken effect twice, there were more.
        Assert.Equal(storedBefore + 7, await Platform.Stored("comments"));
    }

    [Fact]
    public async Task When_the_broker_loses_its_data_everything_arrives_without_an_admin()
    {
        using var editor = await Platform.SignedIn("editor");
        var old = await editor.PublishDiscussed();
        await Platform.Script("stop", "rabbitmq");
        Platform.LoseBrokerData();
        var fresh = await editor.PublishNew();
        for (var n = 0; n < 5; n++) Assert.Equal(HttpStatusCode.Created, (await Platform.Reader.Comment(old)).StatusCode);

        await Platform.Script("start", "rabbitmq");
        await Platform.Reader.CountBecomes(old, 5);
        await Platform.Reader.DiscussionIsOpen(fresh);
        Assert.Equal(HttpStatusCode.Created, (await Platform.Reader.Comment(fresh)).StatusCode);
        await Platform.Reader.CountBecomes(fresh, 1);
        await Platform.Heal();
        Assert.All(await Platform.DeadLetters(), queue => Assert.Equal(0, queue.Value));
    }

    [Fact]
    public async Task Comments_posted_while_the_broker_is_killed_are_all_counted()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await editor.PublishDiscussed();
        var broker = await Platform.Status("rabbitmq");
        var posted = 0;

        var workers = Enumerable.Range(0, 5).Select(async _ =>
        {
            for (var n = 0; n < 10; n++)
            {
                Assert.Equal(HttpStatusCode.Created, (await Platform.Reader.Comment(article)).StatusCode);
                if (Interlocked.Increment(ref posted) == 15) RunningPlatform.Kill(broker);
            }
        });
        await Task.WhenAll(workers);

        var watch = Stopwatch.StartNew();
        await Platform.Reader.CountBecomes(article, 50);
        Took("last comment to everything counted, the broker's own start included", watch.Elapsed, promised: Reconnected + 10);
        Assert.Equal(50, (await Platform.Reader.CommentIds(article)).Count);
        Assert.NotEqual(broker.Pid, (await Platform.Status("rabbitmq")).Pid);
        Assert.All(await Platform.DeadLetters(), queue => Assert.Equal(0, queue.Value));
    }
}
