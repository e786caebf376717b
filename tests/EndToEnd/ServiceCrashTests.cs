using System.Diagnostics;
using System.Net;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>A service is killed between storing and publishing an event. It publishes the event from its store after the restart.</summary>
public class ServiceCrashTests(RunningPlatform platform) : DisruptiveTests(platform)
{
    [Fact]
    public async Task An_event_that_was_stored_but_not_published_before_a_crash_takes_effect_once()
    {
        using var editor = await Platform.SignedIn("editor");
        var storedBefore = await Platform.Stored("comments");
        // Without the broker the relay cannot publish, so the service can be killed between storing and publishing.
        await Platform.Script("stop", "rabbitmq");
        var article = await editor.PublishNew();
        var killed = await Platform.Status("articles-1");
        RunningPlatform.Kill(killed);

        await Platform.Script("start", "rabbitmq");
        var watch = Stopwatch.StartNew();
        await Eventually.IsTrue(
            async () => await Platform.Status("articles-1") is { Ready: true } restarted && restarted.Pid != killed.Pid,
            "the service is restarted",
            Patience);
        await Platform.Reader.WaitUntilDiscussionIsOpen(article);
        AssertDuration("from the start of the broker until the event took effect", watch.Elapsed, limit: 45);

        Assert.Equal(HttpStatusCode.OK, (await Platform.Reader.GetAsync($"/api/articles/{article}", Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await Platform.Reader.Comment(article)).StatusCode);
        await Platform.Reader.WaitUntilCountIs(article, 1);
        Assert.Equal(storedBefore + 2, await Platform.Stored("comments"));
    }
}
