using System.Diagnostics;
using System.Net;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>Outages of RabbitMQ: writes continue, events wait in the event stores, and each event takes effect exactly once.</summary>
public class BrokerOutageTests(RunningPlatform platform) : DisruptiveTests(platform)
{
    /// <summary>MassTransit reconnects its consumers after 3 seconds, then with growing pauses of at most 30 seconds.</summary>
    private const double ReconnectLimit = 35;

    [Fact]
    public async Task Writes_continue_while_the_broker_is_stopped_and_afterwards_each_event_takes_effect_once()
    {
        using var editor = await Platform.SignedIn("editor");
        var old = await editor.PublishWithOpenDiscussion();
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
                $"the health of {listener} is Degraded while it serves",
                Patience);

        await Platform.Script("start", "rabbitmq");
        await Eventually.IsTrue(async () => (await Platform.Status("rabbitmq")).Ready, "the broker accepts connections", Patience);
        var watch = Stopwatch.StartNew();

        await Platform.Reader.WaitUntilCountIs(old, 5);
        await Platform.Reader.WaitUntilDiscussionIsOpen(fresh);
        AssertDuration("from the start of the broker until all events arrived", watch.Elapsed, limit: ReconnectLimit);

        Assert.Equal(HttpStatusCode.Created, (await Platform.Reader.Comment(fresh)).StatusCode);
        await Platform.Reader.WaitUntilCountIs(fresh, 1);
        Assert.Equal(5, await Platform.Reader.CommentCount(old));
        // Five comments, one event for the new article, and the comment on it. If an event had taken effect twice, there would be more.
        Assert.Equal(storedBefore + 7, await Platform.Stored("comments"));
    }

    [Fact]
    public async Task All_events_arrive_without_intervention_after_the_broker_lost_its_data()
    {
        using var editor = await Platform.SignedIn("editor");
        var old = await editor.PublishWithOpenDiscussion();
        await Platform.Script("stop", "rabbitmq");
        Platform.LoseBrokerData();
        var fresh = await editor.PublishNew();
        for (var n = 0; n < 5; n++) Assert.Equal(HttpStatusCode.Created, (await Platform.Reader.Comment(old)).StatusCode);

        await Platform.Script("start", "rabbitmq");
        await Platform.Reader.WaitUntilCountIs(old, 5);
        await Platform.Reader.WaitUntilDiscussionIsOpen(fresh);
        Assert.Equal(HttpStatusCode.Created, (await Platform.Reader.Comment(fresh)).StatusCode);
        await Platform.Reader.WaitUntilCountIs(fresh, 1);
        await Platform.Heal();
        Assert.All(await Platform.DeadLetters(), queue => Assert.Equal(0, queue.Value));
    }

    [Fact]
    public async Task Comments_posted_while_the_broker_is_killed_are_all_counted()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await editor.PublishWithOpenDiscussion();
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
        await Platform.Reader.WaitUntilCountIs(article, 50);
        AssertDuration(
            "from the last comment until all were counted, including the broker's restart", watch.Elapsed, limit: ReconnectLimit + 10);
        Assert.Equal(50, (await Platform.Reader.CommentIds(article)).Count);
        Assert.NotEqual(broker.Pid, (await Platform.Status("rabbitmq")).Pid);
        Assert.All(await Platform.DeadLetters(), queue => Assert.Equal(0, queue.Value));
    }
}
