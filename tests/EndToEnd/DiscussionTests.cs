using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>Discussions through the gateway, whose cache must never return an outdated one to a client that changed it.</summary>
public class DiscussionTests(RunningPlatform platform) : EndToEndTests(platform)
{
    [Fact]
    public async Task A_change_shows_at_once_in_the_tree_the_single_comment_and_the_feed()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await editor.PublishWithOpenDiscussion();
        var root = await Post(article, new { author = "Ann", text = "Wel *said*." });
        var id = root["id"]!.GetValue<Guid>();
        Assert.Equal("<p>Wel <em>said</em>.</p>", (await Tree(article))[0]!["html"]!.GetValue<string>());

        Assert.Equal(
            HttpStatusCode.OK,
            (await Send(
                HttpMethod.Put, $"/api/comments/{id}", new { text = "Well *said*." }, root["editToken"]!.GetValue<string>())).StatusCode);
        Assert.Equal("<p>Well <em>said</em>.</p>", (await Tree(article))[0]!["html"]!.GetValue<string>());
        Assert.Contains("Well &lt;em&gt;said", await Feed(article), StringComparison.Ordinal);

        var reply = await Post(article, new { author = "Ben", text = "Indeed.", parentId = id });
        Assert.Equal(1, (await Tree(article))[0]!["replyCount"]!.GetValue<int>());
        var single = await Platform.Reader.Read($"/api/comments/{reply["id"]}");
        Assert.Equal((1, id), (single["depth"]!.GetValue<int>(), single["above"]![0]!["id"]!.GetValue<Guid>()));
        await Platform.Reader.WaitUntilCountIs(article, 2);

        Assert.Equal(HttpStatusCode.NoContent, (await Send(HttpMethod.Post, $"/api/comments/{id}/vote", new { value = 1 })).StatusCode);
        Assert.Equal(1, (await Tree(article))[0]!["score"]!.GetValue<int>());

        Assert.Equal(
            HttpStatusCode.NoContent,
            (await Send(HttpMethod.Delete, $"/api/comments/{id}", null, root["editToken"]!.GetValue<string>())).StatusCode);
        Assert.True((await Tree(article))[0]!["removed"]!.GetValue<bool>());
        Assert.DoesNotContain("Well", await Feed(article), StringComparison.Ordinal);
        await Platform.Reader.WaitUntilCountIs(article, 1);
    }

    [Fact]
    public async Task Only_moderators_see_a_held_comment_until_it_is_approved()
    {
        using var editor = await Platform.SignedIn("editor");
        using var moderator = await Platform.SignedIn("moderator");
        var article = await editor.PublishWithOpenDiscussion();
        Assert.True(
            (await moderator.PutAsJsonAsync(
                $"/api/moderation/policies/articles/{article}", new { mode = "pre" }, Cancelled)).IsSuccessStatusCode);
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await editor.PutAsJsonAsync($"/api/moderation/policies/articles/{article}", new { mode = "post" }, Cancelled)).StatusCode);
        var held = await Post(article, new { author = "Ann", text = "Wait for me." });
        Assert.Equal("held", held["status"]!.GetValue<string>());
        Assert.Empty(await Tree(article));
        Assert.Single((await moderator.Read($"/api/moderation/comments?article={article}"))["items"]!.AsArray());

        Assert.Equal(
            HttpStatusCode.OK,
            (await moderator.PostAsJsonAsync(
                "/api/moderation/comments/bulk",
                new { action = "approve", ids = new[] { held["id"]!.GetValue<Guid>() } },
                Cancelled)).StatusCode);
        Assert.Equal("Wait for me.", Assert.Single(await Tree(article))!["text"]!.GetValue<string>());
        await Platform.Reader.WaitUntilCountIs(article, 1);
    }

    private async Task<JsonArray> Tree(Guid article) =>
        (await Platform.Reader.Read($"/api/articles/{article}/comments"))["items"]!.AsArray();

    private Task<string> Feed(Guid article) => Platform.Reader.GetStringAsync($"/feeds/articles/{article}/comments/atom.xml", Cancelled);

    private async Task<JsonNode> Post(Guid article, object comment)
    {
        var answer = await Send(HttpMethod.Post, $"/api/articles/{article}/comments", comment);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancelled));
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled))!;
    }

    private async Task<HttpResponseMessage> Send(HttpMethod method, string path, object? body, string? token = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = JsonContent.Create(body);
        if (token is not null) request.Headers.Add("Edit-Token", token);
        return await Platform.Reader.SendAsync(request, Cancelled);
    }
}
