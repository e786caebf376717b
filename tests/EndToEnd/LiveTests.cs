using System.Net;
using System.Net.Http.Json;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>
/// The live stream while others publish and comment, moderators hide comments, admins replay events, and the gateway is stopped.
/// </summary>
public class LiveTests(RunningPlatform platform) : DisruptiveTests(platform)
{
    [Fact]
    public async Task The_live_stream_announces_only_content_that_readers_may_see()
    {
        using var editor = await Platform.SignedIn("editor");
        using var moderator = await Platform.SignedIn("moderator");
        await using var listener = await LiveClient.At(Platform.Reader, "?topics=article,comment");
        var lastEventId = listener.LastEventId;
        var article = await editor.PublishWithOpenDiscussion();
        await listener.WaitFor(article, "article published", Patience);

        var (shown, held) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        Assert.Equal(
            HttpStatusCode.Accepted,
            (await Comment(article, held, "Buy https://a.example https://b.example https://c.example")).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await Comment(article, shown, "Soon hidden")).StatusCode);
        await listener.WaitFor(shown, "comment posted", Patience);
        Assert.Empty(listener.Of(held));
        Assert.True(
            (await moderator.PostAsJsonAsync($"/api/comments/{shown}/hide", new { reason = "a test" }, Cancelled)).IsSuccessStatusCode);
        await listener.WaitFor(shown, "comment hidden", Patience);
        Assert.True((await moderator.PostAsync($"/api/comments/{held}/approve", null, Cancelled)).IsSuccessStatusCode);
        await listener.WaitFor(held, "comment posted", Patience);

        await using var reconnected = await LiveClient.At(Platform.Reader, lastEventId: lastEventId);
        await reconnected.WaitFor(held, "comment posted", Patience);
        Assert.Equal(["comment hidden", "article published"], new[] { shown, article }.SelectMany(reconnected.Of));
        Assert.DoesNotContain("Soon hidden", reconnected.Raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_live_stream_does_not_repeat_replayed_events()
    {
        using var editor = await Platform.SignedIn("editor");
        await using var listener = await LiveClient.At(Platform.Reader);
        var before = await editor.PublishWithOpenDiscussion();
        await listener.WaitFor(before, "article published", Patience);
        var heard = listener.Received.Count;
        Assert.Contains(
            "completed",
            await Platform.Script("replay", "articles", "bus", "--mode", "apply", "--reason", "a test"),
            StringComparison.Ordinal);
        var after = await editor.PublishNew();
        await listener.WaitFor(after, "article published", Patience);
        Assert.Equal(["article published"], listener.Of(before));
        Assert.Equal(heard + 1, listener.Received.Count);
    }

    [Fact]
    public async Task A_client_that_reconnects_gets_the_events_that_occurred_while_the_gateway_was_stopped()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await editor.PublishWithOpenDiscussion();
        using var service = await Platform.Directly("comments-1");
        string lastEventId;
        await using (var listener = await LiveClient.At(Platform.Reader))
        {
            lastEventId = listener.LastEventId;
            await Platform.Script("stop", "gateway");
            await listener.Ended.WaitAsync(Patience, Cancelled);
        }
        var comments = Enumerable.Range(0, 30).Select(_ => Guid.CreateVersion7()).ToArray();
        foreach (var id in comments)
        {
            var posted = await service.Comment(article, id);
            Assert.Equal(HttpStatusCode.Created, posted.StatusCode);
        }
        await Platform.Heal();
        await using var reconnected = await LiveClient.At(Platform.Reader, lastEventId: lastEventId);
        foreach (var id in comments) await reconnected.WaitFor(id, "comment posted", Patience);
        Assert.All(comments, id => Assert.Single(reconnected.Of(id)));
    }

    private async Task<HttpResponseMessage> Comment(Guid article, Guid id, string text)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/articles/{article}/comments")
        {
            Content = JsonContent.Create(new { author = "Reader", text }),
            Headers = { { "Idempotency-Key", $"{id}" } },
        };
        return await Platform.Reader.SendAsync(request, Cancelled);
    }
}
