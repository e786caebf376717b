using Kit;
using Xunit;

namespace Integration.Comments;

/// <summary>Invalid requests get a problem that names the field, and store nothing.</summary>
[Collection<CommentsService>]
public class RefusalTests(CommentsService service)
{
    [Theory]
    [InlineData("{\"author\":\"\",\"text\":\"x\"}", "\"author\":[\"The author field is required.\"]")]
    [InlineData("{\"author\":\"\\u200b\",\"text\":\"x\"}", "\"author\":[")]
    [InlineData("{\"author\":\"Ann\",\"text\":\"[](https://a.example)\"}", "\"text\":[")]
    [InlineData("{\"author\":\"Ann\"}", "text")]
    [InlineData("{\"author\":\"Ann\",\"text\":\"\"}", "text")]
    [InlineData("{\"author\":\"Ann\",\"text\":\"  \"}", "text")]
    [InlineData("{\"author\":\" \",\"text\":\"x\"}", "author")]
    [InlineData("{\"author\":null,\"text\":\"x\"}", "author")]
    [InlineData("{\"author\":\"Ann\",\"text\":\"x\",\"parentId\":\"none\"}", "parentId")]
    [InlineData("{\"author\":\"Ann\",\"text\":\"x\",\"isAdmin\":true}", "isAdmin")]
    [InlineData("{\"author\":\"Ann\",\"text\":\"a\\u0000b\"}", "U+0000")]
    [InlineData("{\"author\":\"A\\u0007nn\",\"text\":\"x\"}", "U+0007")]
    [InlineData("{\"author\":\"Ann\\u202e\",\"text\":\"x\"}", "U+202E")]
    [InlineData("{\"author\":\"Ann\",\"text\":\"a\\u001bb\"}", "U+001B")]
    [InlineData("{\"author\":\"Ann\",\"text\":\"x\",\"email\":\"ann\"}", "email")]
    [InlineData("{", "body")]
    public async Task A_malformed_comment_is_rejected(string body, string says) =>
        await AssertRejected(400, says, $"POST /api/articles/{await service.Article()}/comments", body);

    [Fact]
    public async Task A_comment_that_is_too_long_is_rejected() =>
        await AssertRejected(
            400, "text", $"POST /api/articles/{await service.Article()}/comments", new { author = "Ann", text = new string('x', 5001) });

    [Fact]
    public async Task A_reply_to_a_comment_that_does_not_exist_is_rejected() =>
        await AssertRejected(
            409,
            "reply",
            $"POST /api/articles/{await service.Article()}/comments",
            new { author = "Ann", text = "x", parentId = Some.Id() });

    [Fact]
    public async Task An_unknown_article_has_no_discussion()
    {
        await AssertRejected(404, "article", $"POST /api/articles/{Some.Id()}/comments", new { author = "Ann", text = "x" });
        await AssertRejected(404, "article", $"GET /api/articles/{Some.Id()}/comments");
    }

    [Fact]
    public async Task A_body_beyond_the_size_limit_is_rejected() =>
        await AssertRejected(
            413, "bytes", $"POST /api/articles/{await service.Article()}/comments", $"{{\"author\":\"{new string('x', 1024 * 1024)}\"}}");

    [Fact]
    public async Task An_idempotency_key_that_is_not_a_uuid_is_rejected()
    {
        using var reader = service.Client();
        (await reader.Send($"POST /api/articles/{await service.Article()}/comments", new { author = "Ann", text = "x" }, key: "again"))
            .IsProblem(400, "Idempotency-Key");
    }

    [Theory]
    [InlineData("GET /api/moderation/comments")]
    [InlineData("POST /api/comments/01900000-0000-7000-8000-000000000001/approve")]
    [InlineData("POST /api/comments/01900000-0000-7000-8000-000000000001/hide")]
    [InlineData("POST /api/comments/01900000-0000-7000-8000-000000000001/restore")]
    [InlineData("POST /api/moderation/comments/bulk")]
    [InlineData("GET /api/moderation/comments/01900000-0000-7000-8000-000000000001")]
    [InlineData("PUT /api/moderation/policies/all")]
    [InlineData("GET /api/moderation/policies")]
    [InlineData("PUT /api/moderation/bans/0000")]
    [InlineData("DELETE /api/moderation/bans/0000")]
    [InlineData("GET /api/moderation/bans")]
    public async Task Only_moderators_can_moderate(string call)
    {
        await AssertRejected(401, "token", call, "{\"reason\":\"r\"}");
        await AssertRejected(403, "role", call, "{\"reason\":\"r\"}", "editor", "operator", "admin");
    }

    [Fact]
    public async Task Invalid_moderation_requests_name_the_error()
    {
        await AssertRejected(404, "comment", $"POST /api/comments/{Some.Id()}/approve", null, "moderator");
        await AssertRejected(404, "comment", $"POST /api/comments/{Some.Id()}/hide", new { reason = "rude" }, "moderator");
        await AssertRejected(400, "reason", $"POST /api/comments/{Some.Id()}/hide", "{}", "moderator");
        await AssertRejected(400, "\"reason\":[", $"POST /api/comments/{Some.Id()}/hide", new { reason = "\u200B" }, "moderator");
        await AssertRejected(400, "status", "GET /api/moderation/comments?status=all", null, "moderator");
    }

    private async Task AssertRejected(
        int status,
        string says,
        string call,
        object? body = null,
        params string[] roles)
    {
        using var client = service.Client(roles);
        var before = await service.EventsStored();
        (await client.Send(call, body)).IsProblem(status, says);
        Assert.Equal(before, await service.EventsStored());
    }
}
