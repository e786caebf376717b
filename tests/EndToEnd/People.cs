using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>What editors and readers do, in a word each.</summary>
public static class People
{
    /// <summary>An article is begun, or its draft sent again.</summary>
    public static Task<HttpResponseMessage> Draft(this HttpClient editor, Guid article, string title = "Title") =>
        editor.PutAsJsonAsync($"/api/articles/{article}",
            new { section = "news", translations = new { en = new { title, slug = $"a-{article}", body = "<p>Body</p>" } } }, Token);

    /// <summary>Readers see it from here on; may be repeated.</summary>
    public static async Task<HttpResponseMessage> Publish(this HttpClient editor, Guid article)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/articles/{article}/publish")
        {
            Headers = { { "If-Match", "*" } },
        };
        return await editor.SendAsync(request, Token);
    }

    /// <summary>A new article that readers see.</summary>
    public static async Task<Guid> PublishNew(this HttpClient editor)
    {
        var article = Guid.CreateVersion7();
        Assert.Equal(HttpStatusCode.Created, (await editor.Draft(article)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await editor.Publish(article)).StatusCode);
        return article;
    }

    /// <summary>A new article that readers see and may comment on: the comments service has heard of it.</summary>
    public static async Task<Guid> PublishDiscussed(this HttpClient editor)
    {
        var article = await editor.PublishNew();
        await editor.DiscussionIsOpen(article);
        return article;
    }

    public static Task DiscussionIsOpen(this HttpClient reader, Guid article) =>
        Eventually.IsTrue(
            async () => (await reader.GetAsync($"/api/articles/{article}/comments", Token)).IsSuccessStatusCode,
            "the comments service has heard of the article",
            EndToEndTests.Patience);

    /// <summary>A comment; the same key again is the same comment.</summary>
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

    /// <summary>How many comments the articles service shows.</summary>
    public static async Task<int> CommentCount(this HttpClient reader, Guid article) =>
        (await reader.Read($"/api/articles/{article}"))["commentCount"]!.GetValue<int>();

    public static Task CountBecomes(this HttpClient reader, Guid article, int count)
    {
        var last = -1;
        return Eventually.Get(
            async () => (last = await reader.CommentCount(article)) == count ? "" : throw new InvalidOperationException($"it is {last}"),
            $"the article shows {count} comments",
            EndToEndTests.Patience);
    }

    /// <summary>The ids of all comments of an article, page by page.</summary>
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

    /// <summary>Sends until it is taken, as a client does that was told to try again; every refusal on the way is kept.</summary>
    public static Task<HttpResponseMessage> UntilTaken(this ConcurrentBag<Refusal> refusals, Func<Task<HttpResponseMessage>> send) =>
        Eventually.Get(async () =>
        {
            try
            {
                var answer = await send();
                if (answer.IsSuccessStatusCode) return answer;
                refusals.Add(await Refusal.Of(answer));
            }
            catch (HttpRequestException e)
            {
                refusals.Add(new Refusal(0, null, null, e.Message));
            }
            return null;
        }, "it is taken", EndToEndTests.Patience);

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}

/// <summary>An answer that was no success.</summary>
public sealed record Refusal(int Status, string? Type, TimeSpan? RetryAfter, string Body)
{
    public static async Task<Refusal> Of(HttpResponseMessage answer) =>
        new(
            (int)answer.StatusCode,
            answer.Content.Headers.ContentType?.MediaType,
            answer.Headers.RetryAfter?.Delta,
            await answer.Content.ReadAsStringAsync());

    /// <summary>It is a problem document that says the status, what to do about it, where and in which trace.</summary>
    public JsonNode IsProblem(params int[] statuses)
    {
        Assert.True(
            statuses.Contains(Status) && Type == "application/problem+json",
            $"a problem with status {string.Join(" or ", statuses)} was expected, but it is {this}");
        var problem = JsonNode.Parse(Body)!;
        Assert.Equal(Status, problem["status"]!.GetValue<int>());
        Assert.All(
            ["type", "title", "detail", "instance", "traceId"],
            field => Assert.False(string.IsNullOrWhiteSpace(problem[field]?.GetValue<string>()), $"{field} is missing in {Body}"));
        return problem;
    }

    /// <summary>Nothing of the caller's doing: it is told to come back.</summary>
    public void SaysTryAgain()
    {
        IsProblem(502, 503, 504);
        Assert.True(RetryAfter > TimeSpan.Zero, $"Retry-After is missing in {this}");
    }
}
