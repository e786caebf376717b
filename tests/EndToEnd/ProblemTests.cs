using System.Diagnostics;
using System.Net;
using System.Text;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>Every error response is a problem document (RFC 9457), whether the gateway or a service detected the error.</summary>
public class ProblemTests(RunningPlatform platform) : EndToEndTests(platform)
{
    private static readonly string Comments = $"/api/articles/{Guid.CreateVersion7()}/comments";

    [Fact]
    public async Task An_unknown_address_gets_a_problem_document() => (await Get("/api/nothing-here")).IsProblem(404);

    [Fact]
    public async Task An_unsupported_method_gets_a_problem_document() =>
        (await Send(Platform.Reader, HttpMethod.Delete, "/api/sections")).IsProblem(404, 405);

    [Fact]
    public async Task A_missing_article_gets_the_problem_document_of_the_service() =>
        Assert.Contains(
            "No published article",
            (await Get("/api/articles/no-such-slug")).IsProblem(404)["detail"]!.ToString(),
            StringComparison.Ordinal);

    [Fact]
    public async Task A_request_without_a_required_token_gets_a_problem_document() =>
        (await Send(Platform.Reader, HttpMethod.Put, "/api/sections/news", "{}")).IsProblem(401);

    [Fact]
    public async Task A_request_with_the_wrong_role_gets_a_problem_document()
    {
        using var moderator = await Platform.SignedIn("moderator");
        (await Send(moderator, HttpMethod.Put, "/api/sections/news", "{}")).IsProblem(403);
    }

    [Fact]
    public async Task Malformed_JSON_gets_the_problem_document_of_the_service()
    {
        var problem = (await Send(Platform.Reader, HttpMethod.Post, Comments, """{"author": "R", "text": """)).IsProblem(400);
        Assert.Equal("urn:problem-type:invalid-request", problem["type"]!.ToString());
    }

    [Fact]
    public async Task A_body_that_is_not_JSON_gets_a_problem_document() =>
        (await Send(Platform.Reader, HttpMethod.Post, Comments, "author=R", "application/x-www-form-urlencoded")).IsProblem(415);

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task A_body_that_is_too_large_gets_a_problem_document(bool isChunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Comments)
        {
            Content = new StringContent(
                $$"""{"author": "R", "text": "{{new string('a', 1_200_000)}}"}""", Encoding.UTF8, "application/json"),
            Headers = { TransferEncodingChunked = isChunked, ExpectContinue = true },
        };
        using var answer = await Platform.Reader.SendAsync(request, Cancelled);
        (await ErrorResponse.Of(answer)).IsProblem(413);
    }

    [Theory]
    [InlineData("GET", "/api/nothing-here", 404), InlineData("GET", "/api/articles/no-such-slug", 404)]
    [InlineData("GET", "/api/articles?limit=0", 400)]
    [InlineData("PUT", "/api/sections/news", 401), InlineData("GET", "/api/feedback/nothing", 404)]
    public async Task A_client_that_accepts_only_HTML_gets_a_problem_document(string method, string path, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Headers = { { "Accept", "text/html" } } };
        using var answer = await Platform.Reader.SendAsync(request, Cancelled);
        (await ErrorResponse.Of(answer)).IsProblem(status);
    }

    [Theory]
    [InlineData("/api/nothing-here"), InlineData("/api/articles/no-such-slug")]
    public async Task A_problem_document_contains_the_trace_id_of_the_caller(string path)
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        using var request = new HttpRequestMessage(HttpMethod.Get, path)
        {
            Headers = { { "traceparent", $"00-{trace}-00f067aa0ba902b7-01" } },
        };
        using var answer = await Platform.Reader.SendAsync(request, Cancelled);

        var problem = (await ErrorResponse.Of(answer)).IsProblem(404);
        Assert.Contains(trace, problem["traceId"]!.ToString(), StringComparison.Ordinal);
    }

    private Task<ErrorResponse> Get(string path) => Send(Platform.Reader, HttpMethod.Get, path);

    private static async Task<ErrorResponse> Send(
        HttpClient client, HttpMethod method, string path, string? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, type),
        };
        using var answer = await client.SendAsync(request, Cancelled);
        return await ErrorResponse.Of(answer);
    }
}

/// <summary>Requests to a service that is down get a problem document that tells the client to retry.</summary>
public class MissingServiceTests(RunningPlatform platform) : DisruptiveTests(platform)
{
    [Fact]
    public async Task Clients_of_a_stopped_service_are_told_to_retry_and_succeed_after_its_restart()
    {
        using var editor = await Platform.SignedIn("editor");
        await Platform.Script("stop", "feedback-1");

        using (var answer = await editor.GetAsync("/api/feedback/messages", Cancelled)) (await ErrorResponse.Of(answer)).AssertRetryable();
        using (var answer = await editor.PostAsync(
            "/api/feedback/messages", new StringContent("{}", Encoding.UTF8, "application/json"), Cancelled))
            (await ErrorResponse.Of(answer)).AssertRetryable();
        Assert.Equal(HttpStatusCode.OK, (await Platform.Reader.GetAsync("/api/articles", Cancelled)).StatusCode);

        var watch = Stopwatch.StartNew();
        await Platform.Script("start", "feedback-1");
        await Eventually.IsTrue(
            async () => (await editor.GetAsync("/api/feedback/messages", Cancelled)).IsSuccessStatusCode,
            "the service answers again",
            Patience);
        AssertDuration("from the start of a service until its first answer", watch.Elapsed, limit: 15);
    }
}
