using System.Diagnostics;
using System.Net;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>A service dies between storing and publishing: the event is in the store, and goes out when the service is back.</summary>
public class ServiceCrashTests(RunningPlatform platform) : BreakingTests(platform)
{
    [Fact]
    public async Task An_event_stored_but_not_yet_published_when_the_service_is_killed_arrives_once()
    {
        using var editor = await Platform.SignedIn("editor");
        var storedBefore = await Platform.Stored("comments");
        // Without a broker the relay cannot publish: the window between storing and publishing stands open.
        await Platform.Script("stop", "rabbitmq");
        var article = await editor.PublishNew();
        var killed = await Platform.Status("articles-1");
        RunningPlatform.Kill(killed);

        await Platform.Script("start", "rabbitmq");
        var watch = Stopwatch.StartNew();
        await Eventually.IsTrue(
            async () => await Platform.Status("articles-1") is { Ready: true } restarted && restarted.Pid != killed.Pid,
            "the service is started again",
            Patience);
        await Platform.Reader.DiscussionIsOpen(article);
        Took("start of the broker to the event's effect", watch.Elapsed, promised: 45);

        Assert.Equal(HttpStatusCode.OK, (await Platform.Reader.GetAsync($"/api/articles/{article}", Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await Platform.Reader.Comment(article)).StatusCode);
        await Platform.Reader.CountBecomes(article, 1);
        Assert.Equal(storedBefore + 2, await Platform.Stored("comments"));
    }
}
