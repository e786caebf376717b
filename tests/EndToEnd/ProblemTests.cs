using System.Diagnostics;
using System.Net;
using System.Text;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>Every error at the gateway is a problem document (RFC 9457), whoever found it.</summary>
public class ProblemTests(RunningPlatform platform) : EndToEndTests(platform)
{
    private static readonly string Comments = $"/api/articles/{Guid.CreateVersion7()}/comments";

    [Fact]
    public async Task An_unknown_address() => (await Get("/api/nothing-here")).IsProblem(404);

    [Fact]
    public async Task A_method_that_is_not_known_there() =>
        (await Send(Platform.Reader, HttpMethod.Delete, "/api/sections")).IsProblem(404, 405);

    [Fact]
    public async Task A_thing_that_is_not_there() =>
        Assert.Contains(
            "No published article",
            (await Get("/api/articles/no-such-slug")).IsProblem(404)["detail"]!.ToString(),
            StringComparison.Ordinal);

    [Fact]
    public async Task No_token() => (await Send(Platform.Reader, HttpMethod.Put, "/api/sections/news", "{}")).IsProblem(401);

    [Fact]
    public async Task A_token_of_another_role()
    {
        using var moderator = await Platform.SignedIn("moderator");
        (await Send(moderator, HttpMethod.Put, "/api/sections/news", "{}")).IsProblem(403);
    }

    [Fact]
    public async Task Malformed_JSON_with_the_words_of_the_service()
    {
        var problem = (await Send(Platform.Reader, HttpMethod.Post, Comments, """{"author": "R", "text": """)).IsProblem(400);
        Assert.Equal("urn:problem-type:invalid-request", problem["type"]!.ToString());
    }

    [Fact]
    public async Task A_body_that_is_not_JSON() =>
        (await Send(Platform.Reader, HttpMethod.Post, Comments, "author=R", "application/x-www-form-urlencoded")).IsProblem(415);

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task A_body_that_is_too_large(bool ofUnknownLength)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Comments)
        {
            Content = new StringContent(
                $$"""{"author": "R", "text": "{{new string('a', 1_200_000)}}"}""", Encoding.UTF8, "application/json"),
            Headers = { TransferEncodingChunked = ofUnknownLength, ExpectContinue = true },
        };
        using var answer = await Platform.Reader.SendAsync(request, Cancelled);
        (await Refusal.Of(answer)).IsProblem(413);
    }

    [Theory]
    [InlineData("GET", "/api/nothing-here", 404), InlineData("GET", "/api/articles/no-such-slug", 404)]
    [InlineData("GET", "/api/articles?limit=0", 400)]
    [InlineData("PUT", "/api/sections/news", 401), InlineData("GET", "/api/feedback/nothing", 404)]
    public async Task A_client_that_accepts_only_HTML_gets_the_problem_document_too(string method, string path, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Headers = { { "Accept", "text/html" } } };
        using var answer = await Platform.Reader.SendAsync(request, Cancelled);
        (await Refusal.Of(answer)).IsProblem(status);
    }

    [Theory]
    [InlineData("/api/nothing-here"), InlineData("/api/articles/no-such-slug")]
    public async Task It_names_the_trace_the_caller_began(string path)
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        using var request = new HttpRequestMessage(HttpMethod.Get, path)
        {
            Headers = { { "traceparent", $"00-{trace}-00f067aa0ba902b7-01" } },
        };
        using var answer = await Platform.Reader.SendAsync(request, Cancelled);

        var problem = (await Refusal.Of(answer)).IsProblem(404);
        Assert.Contains(trace, problem["traceId"]!.ToString(), StringComparison.Ordinal);
    }

    private Task<Refusal> Get(string path) => Send(Platform.Reader, HttpMethod.Get, path);

    private static async Task<Refusal> Send(
        HttpClient client, HttpMethod method, string path, string? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, type),
        };
        using var answer = await client.SendAsync(request, Cancelled);
        return await Refusal.Of(answer);
    }
}

/// <summary>A service that is not there is a problem document, too.</summary>
public class MissingServiceTests(RunningPlatform platform) : BreakingTests(platform)
{
    [Fact]
    public async Task A_stopped_service_is_told_as_such_and_served_again_when_it_is_back()
    {
        using var editor = await Platform.SignedIn("editor");
        await Platform.Script("stop", "feedback-1");

        using (var answer = await editor.GetAsync("/api/feedback/messages", Cancelled)) (await Refusal.Of(answer)).SaysTryAgain();
        using (var answer = await editor.PostAsync(
            "/api/feedback/messages", new StringContent("{}", Encoding.UTF8, "application/json"), Cancelled))
            (await Refusal.Of(answer)).SaysTryAgain();
        Assert.Equal(HttpStatusCode.OK, (await Platform.Reader.GetAsync("/api/articles", Cancelled)).StatusCode);

        var watch = Stopwatch.StartNew();
        await Platform.Script("start", "feedback-1");
        await Kit.Eventually.IsTrue(
            async () => (await editor.GetAsync("/api/feedback/messages", Cancelled)).IsSuccessStatusCode,
            "the service answers again",
            Patience);
        Took("start of a service to its first answer", watch.Elapsed, promised: 15);
    }
}
