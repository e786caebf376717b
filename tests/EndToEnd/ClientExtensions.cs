using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>Actions of editors and readers.</summary>
public static class ClientExtensions
{
    /// <summary>Creates the draft of an article. Can be repeated.</summary>
    public static Task<HttpResponseMessage> Draft(this HttpClient editor, Guid article, string title = "Title") =>
        editor.PutAsJsonAsync($"/api/articles/{article}",
            new { section = "news", translations = new { en = new { title, slug = $"a-{article}", body = "<p>Body</p>" } } }, Token);

    /// <summary>Publishes an article. Can be repeated.</summary>
    public static async Task<HttpResponseMessage> Publish(this HttpClient editor, Guid article)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/articles/{article}/publish")
        {
            Headers = { { "If-Match", "*" } },
        };
        return await editor.SendAsync(request, Token);
    }

    /// <summary>Creates and publishes an article.</summary>
    public static async Task<Guid> PublishNew(this HttpClient editor)
    {
        var article = Guid.CreateVersion7();
        Assert.Equal(HttpStatusCode.Created, (await editor.Draft(article)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await editor.Publish(article)).StatusCode);
        return article;
    }

    /// <summary>Creates and publishes an article, and waits until the comments service accepts comments on it.</summary>
    public static async Task<Guid> PublishWithOpenDiscussion(this HttpClient editor)
    {
        var article = await editor.PublishNew();
        await editor.WaitUntilDiscussionIsOpen(article);
        return article;
    }

    public static Task WaitUntilDiscussionIsOpen(this HttpClient reader, Guid article) =>
        Eventually.IsTrue(
            async () => (await reader.GetAsync($"/api/articles/{article}/comments", Token)).IsSuccessStatusCode,
            "the comments service knows the article",
            EndToEndTests.Patience);

    /// <summary>Posts a comment. A request with the same key is the same comment.</summary>
    public static async Task<HttpResponseMessage> Comment(this HttpClient reader, Guid article, Guid? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/articles/{article}/comments")
        {
            Content = JsonContent.Create(new { author = "Reader", text = $"Comment {key}" }),
            Headers = { { "Idempotency-Key", $"{key ?? Guid.CreateVersion7()}" } },
        };
        return await reader.SendAsync(request, Token);
    }

    public static async Task<JsonNode> Read(this HttpClient reader, string path) =>
        JsonNode.Parse(await reader.GetStringAsync(path, Token))!;

    /// <summary>The comment count of an article in the articles service.</summary>
    public static async Task<int> CommentCount(this HttpClient reader, Guid article) =>
        (await reader.Read($"/api/articles/{article}"))["commentCount"]!.GetValue<int>();

    public static Task WaitUntilCountIs(this HttpClient reader, Guid article, int count)
    {
        var last = -1;
        return Eventually.Get(
            async () => (last = await reader.CommentCount(article)) == count ? "" : throw new InvalidOperationException($"it shows {last}"),
            $"the article shows {count} comments",
            EndToEndTests.Patience);
    }

    /// <summary>The ids of all comments on an article, read page by page.</summary>
    public static async Task<IReadOnlyList<Guid>> CommentIds(this HttpClient reader, Guid article)
    {
        var ids = new List<Guid>();
        for (var cursor = ""; cursor is not null;)
        {
            var page = await reader.Read($"/api/articles/{article}/comments?view=flat&limit=100&cursor={cursor}");
            ids.AddRange(page["items"]!.AsArray().Select(c => c!["id"]!.GetValue<Guid>()));
            cursor = page["next"]?.GetValue<string>();
        }
        return ids;
    }

    /// <summary>
    /// Sends a request until it succeeds, as a client should after a response that asks for a retry. Collects the error responses.
    /// </summary>
    public static Task<HttpResponseMessage> SendUntilAccepted(
        this ConcurrentBag<ErrorResponse> errors, Func<Task<HttpResponseMessage>> send) =>
        Eventually.Get(async () =>
        {
            try
            {
                var answer = await send();
                if (answer.IsSuccessStatusCode) return answer;
                errors.Add(await ErrorResponse.Of(answer));
            }
            catch (HttpRequestException e)
            {
                errors.Add(new ErrorResponse(0, null, null, e.Message));
            }
            return null;
        }, "the request succeeds", EndToEndTests.Patience);

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}

/// <summary>An error response, or a failed connection with status 0.</summary>
public sealed record ErrorResponse(int Status, string? Type, TimeSpan? RetryAfter, string Body)
{
    public static async Task<ErrorResponse> Of(HttpResponseMessage answer) =>
        new(
            (int)answer.StatusCode,
            answer.Content.Headers.ContentType?.MediaType,
            answer.Headers.RetryAfter?.Delta,
            await answer.Content.ReadAsStringAsync());

    /// <summary>Asserts that this is a complete problem document with one of these statuses.</summary>
    public JsonNode IsProblem(params int[] statuses)
    {
        Assert.True(
            statuses.Contains(Status) && Type == "application/problem+json",
            $"expected a problem with status {string.Join(" or ", statuses)}, but got {this}");
        var problem = JsonNode.Parse(Body)!;
        Assert.Equal(Status, problem["status"]!.GetValue<int>());
        Assert.All(
            ["type", "title", "detail", "instance", "traceId"],
            field => Assert.False(string.IsNullOrWhiteSpace(problem[field]?.GetValue<string>()), $"{field} is missing in {Body}"));
        return problem;
    }

    /// <summary>Asserts that the error is not caused by the client, and that Retry-After tells it to retry.</summary>
    public void AssertRetryable()
    {
        IsProblem(502, 503, 504);
        Assert.True(RetryAfter > TimeSpan.Zero, $"Retry-After is missing in {this}");
    }
}
