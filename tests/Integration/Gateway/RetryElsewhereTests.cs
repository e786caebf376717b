using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using Kit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Yarp.ReverseProxy;

namespace Integration.Gateway;

/// <summary>One of two replicas fails. Clients of the gateway notice nothing as long as the other replica can answer.</summary>
public sealed class RetryElsewhereTests : IClassFixture<GatewayFixture>, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly GatewayFixture _gateway;

    public RetryElsewhereTests(GatewayFixture gateway)
    {
        _gateway = gateway;
        (One.Answer, Other.Answer) = (AnsweringService.Dies, http => http.Response.WriteAsync("from the other"));
    }

    private AnsweringService One => _gateway.One;
    private AnsweringService Other => _gateway.Other;

    [Theory]
    [InlineData(0, "GET", "")]
    [InlineData(0, "HEAD", "")]
    [InlineData(0, "GET", "/history")]
    [InlineData(50_000, "GET", "")]
    [InlineData(50_000, "GET", "/history")]
    public async Task A_read_from_a_crashing_replica_is_retried_at_the_other(int bytesSent, string method, string path)
    {
        if (bytesSent > 0) One.Answer = AnsweringService.BreaksOff(bytesSent);
        using var reader = path == "" ? _gateway.Client() : _gateway.Client("editor");
        await UntilAsked(One, async () =>
        {
            var answer = (await reader.Send($"{method} /api/articles/{Guid.CreateVersion7()}{path}")).Is(HttpStatusCode.OK);
            Assert.Equal(method == "HEAD" ? "" : "from the other", answer.Body);
        });
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("HEAD", "")]
    [InlineData("GET", "/history")]
    public async Task A_read_that_a_replica_answers_with_503_is_answered_by_the_other(string method, string path)
    {
        One.Answer = Unavailable;
        using var reader = path == "" ? _gateway.Client() : _gateway.Client("editor");
        await UntilAsked(One, async () =>
        {
            var answer = (await reader.Send($"{method} /api/articles/{Guid.CreateVersion7()}{path}")).Is(HttpStatusCode.OK);
            Assert.Equal(method == "HEAD" ? "" : "from the other", answer.Body);
        });
    }

    [Fact]
    public async Task If_every_replica_answers_a_read_with_503_the_first_is_asked_once_more()
    {
        One.Answer = Other.Answer = Unavailable;
        using var reader = _gateway.Client();
        var (one, other) = (One.Asked, Other.Asked);
        using var answer = await reader.GetAsync($"/api/articles/{Guid.CreateVersion7()}", Cancelled);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("its database is unavailable", await answer.Content.ReadAsStringAsync(Cancelled));
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal([1, 2], new[] { One.Asked - one, Other.Asked - other }.Order());
    }

    [Fact]
    public async Task A_read_succeeds_if_the_connections_of_every_replica_were_broken_and_are_replaced()
    {
        One.Answer = OnceUnavailable(One);
        Other.Answer = OnceUnavailable(Other);
        using var reader = _gateway.Client();
        await Succeeds(reader);
    }

    private static Func<HttpContext, Task> OnceUnavailable(AnsweringService replica)
    {
        var asked = replica.Asked;
        return http => replica.Asked == asked + 1 ? Unavailable(http) : http.Response.WriteAsync("from the other");
    }

    [Fact]
    public async Task A_write_that_a_replica_answers_with_503_is_not_repeated()
    {
        One.Answer = Other.Answer = Unavailable;
        using var editor = _gateway.Client("editor");
        var asked = One.Asked + Other.Asked;
        (await editor.Send($"PUT /api/articles/{Guid.CreateVersion7()}", new { })).Is(HttpStatusCode.ServiceUnavailable);
        Assert.Equal(asked + 1, One.Asked + Other.Asked);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/history")]
    public async Task A_retried_compressed_response_contains_nothing_of_the_incomplete_one(string path)
    {
        One.Answer = AnsweringService.BreaksOff(50_000);
        Other.Answer = http =>
        {
            http.Response.ContentType = "text/html";
            return http.Response.WriteAsync("from the other");
        };
        using var reader = path == "" ? _gateway.Client() : _gateway.Client("editor");
        reader.DefaultRequestHeaders.Add("Accept-Encoding", "gzip");
        await UntilAsked(One, async () =>
        {
            await using var body = await reader.GetStreamAsync($"/api/articles/{Guid.CreateVersion7()}{path}", Cancelled);
            using var text = new StreamReader(new GZipStream(body, CompressionMode.Decompress));
            Assert.Equal("from the other", await text.ReadToEndAsync(Cancelled));
        });
    }

    [Fact]
    public async Task A_response_that_breaks_off_after_it_started_fails_at_the_client()
    {
        // More than the sockets buffer, because an aborted connection discards what the gateway has not read.
        One.Answer = Other.Answer = AnsweringService.BreaksOff(20_000_000);
        using var editor = _gateway.Client("editor");
        await Assert.ThrowsAsync<HttpRequestException>(() => editor.GetAsync($"/api/articles/{Guid.CreateVersion7()}/history", Cancelled));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    public async Task A_request_to_a_stopped_replica_is_sent_to_the_other(string method)
    {
        var stopped = new AnsweringService();
        await using var gateway = await _gateway.Another(("ReverseProxy:Clusters:articles:Destinations:one:Address", stopped.Address));
        using var client = GatewayFixture.At(gateway, "editor");
        stopped.Answer = Other.Answer;
        await UntilAsked(stopped, () => Succeeds(client, method));
        await stopped.DisposeAsync();
        for (var i = 0; i < 40; i++) await Succeeds(client, method);
    }

    [Fact]
    public async Task A_frozen_replica_delays_few_reads_and_gets_no_more_until_its_health_check_succeeds()
    {
        await using var gateway = await _gateway.Another(("Gateway:RetryReadAfterSeconds", "0.5"));
        using var reader = GatewayFixture.At(gateway);
        (One.Answer, One.IsReady) = (AnsweringService.Freezes, false);
        await UntilAsked(One, () => Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Succeeds(reader))));

        var asked = One.Asked;
        for (var i = 0; i < 40; i++) await Succeeds(reader);
        Assert.Equal(asked, One.Asked);

        (One.Answer, One.IsReady) = (Other.Answer, true);
        await UntilAsked(One, () => Succeeds(reader));
    }

    [Fact]
    public async Task A_slow_read_is_not_cut_short_if_no_other_replica_is_healthy()
    {
        await using var gateway = await _gateway.Another(
            ("Gateway:RetryReadAfterSeconds", "0.2"),
            ("ReverseProxy:Clusters:articles:Destinations:one:Address", "http://127.0.0.1:9/"));
        using var reader = GatewayFixture.At(gateway);
        Other.Answer = async http =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, http.RequestAborted);
            await http.Response.WriteAsync("from the other");
        };
        var states = gateway.Services.GetRequiredService<IProxyStateLookup>();
        await Eventually.IsTrue(
            () => Task.FromResult(states.TryGetCluster("articles", out var articles)
                && articles.DestinationsState.AvailableDestinations.Select(d => d.DestinationId).SequenceEqual(["other"])),
            "the gateway knows that one replica is down");
        var asked = Other.Asked;
        for (var i = 1; i <= 2; i++)
        {
            await Succeeds(reader);
            Assert.Equal(asked + i, Other.Asked);
        }
    }

    [Fact]
    public async Task A_read_that_every_replica_fails_gets_Retry_After_and_was_tried_once_at_each()
    {
        Other.Answer = AnsweringService.Dies;
        using var reader = _gateway.Client();
        var (one, other) = (One.Asked, Other.Asked);
        using var answer = await reader.GetAsync($"/api/articles/{Guid.CreateVersion7()}", Cancelled);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        var problem = await answer.Content.ReadAsStringAsync(Cancelled);
        Assert.Contains("urn:problem-type:service-unavailable", problem, StringComparison.Ordinal);
        Assert.Equal((one + 1, other + 1), (One.Asked, Other.Asked));
    }

    [Fact]
    public async Task A_write_that_may_have_arrived_is_not_retried_and_the_error_says_how_to_repeat_it()
    {
        Other.Answer = AnsweringService.Dies;
        using var editor = _gateway.Client("editor");
        var asked = One.Asked + Other.Asked;
        var answer = (await editor.Send($"PUT /api/articles/{Guid.CreateVersion7()}", new { })).IsProblem(503, "outcome-unknown");
        Assert.Contains("Idempotency-Key", answer.Body, StringComparison.Ordinal);
        Assert.Equal(asked + 1, One.Asked + Other.Asked);
    }

    [Fact]
    public async Task A_write_that_times_out_is_not_retried()
    {
        await using var gateway = await _gateway.Another(("ReverseProxy:Clusters:articles:HttpRequest:ActivityTimeout", "00:00:01"));
        One.Answer = Other.Answer = AnsweringService.Freezes;
        using var editor = GatewayFixture.At(gateway, "editor");
        var asked = One.Asked + Other.Asked;
        (await editor.Send($"PUT /api/articles/{Guid.CreateVersion7()}", new { })).IsProblem(504, "outcome-unknown");
        Assert.Equal(asked + 1, One.Asked + Other.Asked);
    }

    [Fact]
    public async Task A_write_that_reaches_no_replica_is_reported_as_not_done()
    {
        using var reader = _gateway.Client();
        (await reader.Send($"POST /api/articles/{Guid.CreateVersion7()}/comments", new { })).IsProblem(503, "Nothing was changed");
    }

    [Fact]
    public async Task A_read_with_a_body_is_not_retried()
    {
        Other.Answer = AnsweringService.Dies;
        using var reader = _gateway.Client();
        var asked = One.Asked + Other.Asked;
        (await reader.Send($"GET /api/articles/{Guid.CreateVersion7()}", new { })).IsProblem(503);
        Assert.Equal(asked + 1, One.Asked + Other.Asked);
    }

    [Fact]
    public async Task A_console_session_moves_to_the_other_replica_if_its_own_fails()
    {
        await using var gateway = await _gateway.Another(
            ("ReverseProxy:Clusters:portal:Destinations:one:Address", One.Address),
            ("ReverseProxy:Clusters:portal:Destinations:other:Address", Other.Address));
        One.Answer = Other.Answer;
        using var person = GatewayFixture.At(gateway); // keeps cookies
        var (one, other) = (One.Asked, Other.Asked);
        await person.GetStringAsync("/console/articles", Cancelled);
        var (own, next) = One.Asked > one ? (One, Other) : (Other, One);
        next.Answer = own.Answer;
        own.Answer = AnsweringService.Dies;
        var asked = own.Asked;
        for (var i = 0; i < 10; i++) Assert.Equal("from the other", await person.GetStringAsync("/console/articles", Cancelled));
        Assert.Equal(asked + 1, own.Asked);
        Assert.Equal(one + other + 12, One.Asked + Other.Asked);
    }

    private static Task Unavailable(HttpContext http)
    {
        (http.Response.StatusCode, http.Response.ContentType, http.Response.Headers.RetryAfter) = (503, "text/plain", "9");
        return http.Response.WriteAsync("its database is unavailable");
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static async Task Succeeds(HttpClient client, string method = "GET") =>
        Assert.Equal("from the other", (await client.Send($"{method} /api/articles/{Guid.CreateVersion7()}")).Is(HttpStatusCode.OK).Body);

    /// <summary>Repeats a call, which must succeed each time, until the replica has received a request.</summary>
    private static async Task UntilAsked(AnsweringService replica, Func<Task> succeeds)
    {
        var asked = replica.Asked;
        for (var watch = Stopwatch.StartNew(); replica.Asked == asked;)
        {
            Assert.True(watch.Elapsed < Limit, "the replica received no request");
            await succeeds();
        }
    }

    public void Dispose() => (One.Answer, Other.Answer, One.IsReady) = (_ => Task.CompletedTask, _ => Task.CompletedTask, true);
}
