using System.Net;
using Kit;
using Microsoft.AspNetCore.Http;
using Xunit;
using Public = Platform.Contracts.Articles;

namespace Integration.Gateway;

/// <summary>Each test uses its own address, and so its own cache entry and surrogate key.</summary>
public sealed class ResponseCacheTests : IClassFixture<GatewayFixture>
{
    private readonly GatewayFixture _gateway;
    private readonly HttpClient _reader;
    private readonly Guid _id = Guid.CreateVersion7();
    private int _version;
    private int _fetched;

    public ResponseCacheTests(GatewayFixture gateway)
    {
        (_gateway, _reader) = (gateway, gateway.Client());
        _gateway.One.Answer = _gateway.Other.Answer = Answer;
    }

    private string Address => $"/api/articles/{_id}";

    [Fact]
    public async Task A_current_response_is_served_from_the_cache_also_for_HEAD_and_as_304()
    {
        using var miss = await Get();
        Assert.Equal("gateway; fwd=miss; stored", miss.Headers.GetValues("Cache-Status").Single());
        using var hit = await Get();
        Assert.Equal("gateway; hit", hit.Headers.GetValues("Cache-Status").Single());
        Assert.NotNull(hit.Headers.Age);
        Assert.Equal("version 0", await hit.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal(miss.Headers.ETag, hit.Headers.ETag);
        Assert.DoesNotContain(hit.Headers, h => h.Key == "Surrogate-Key");

        using var conditional = new HttpRequestMessage(HttpMethod.Get, Address)
        {
            Headers = { { "If-None-Match", $"{miss.Headers.ETag}" } },
        };
        using var unchanged = await _reader.SendAsync(conditional, Cancelled);
        Assert.Equal((HttpStatusCode.NotModified, ""), (unchanged.StatusCode, await unchanged.Content.ReadAsStringAsync(Cancelled)));
        using var head = await _reader.SendAsync(new HttpRequestMessage(HttpMethod.Head, Address), Cancelled);
        Assert.Equal((HttpStatusCode.OK, 9L), (head.StatusCode, head.Content.Headers.ContentLength));
        Assert.Equal(1, _fetched);
    }

    [Fact]
    public async Task After_a_restore_cached_responses_are_fetched_again()
    {
        using var miss = await Get();
        await _gateway.Bus.Publish(new Public.ArticlesRetold(1_800_000_000, Some.Noon));
        await Eventually.IsTrue(async () =>
        {
            using var again = await Get();
            return _fetched == 2;
        }, "the response is fetched again");
    }

    [Fact]
    public async Task Cache_hits_have_the_same_security_and_CORS_headers_as_other_responses()
    {
        using var miss = await Get();
        using var hit = await Get();
        Assert.Equal("gateway; hit", hit.Headers.GetValues("Cache-Status").Single());
        var securityHeaders = new[] { "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Content-Security-Policy" };
        Assert.All(securityHeaders, header => Assert.Equal(miss.Headers.GetValues(header), hit.Headers.GetValues(header)));
        using var request = new HttpRequestMessage(HttpMethod.Get, Address) { Headers = { { "Origin", "https://portal.example" } } };
        using var script = await _reader.SendAsync(request, Cancelled);
        Assert.Equal(
            ("gateway; hit", "https://portal.example"),
            (script.Headers.GetValues("Cache-Status").Single(), script.Headers.GetValues("Access-Control-Allow-Origin").Single()));
        Assert.All(securityHeaders, header => Assert.Equal(miss.Headers.GetValues(header), script.Headers.GetValues(header)));
        Assert.Equal(1, _fetched);
    }

    [Fact]
    public async Task A_request_with_a_token_is_never_served_from_the_cache()
    {
        using var first = await Get();
        using var signedIn = _gateway.Client("editor");
        using var second = await signedIn.GetAsync(Address, Cancelled);
        Assert.Equal(2, _fetched);
        Assert.DoesNotContain(second.Headers, h => h.Key is "Cache-Status" or "Surrogate-Key");
    }

    [Fact]
    public async Task A_write_through_the_gateway_is_visible_to_the_next_read()
    {
        for (var version = 1; version <= 20; version++)
        {
            using var before = await Get();
            using var written = await _reader.PostAsync($"{Address}/comments", null, Cancelled);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, written.StatusCode); // no comments service is running, so nothing changed
            using var editor = _gateway.Client("editor");
            using var put = await editor.PutAsync(Address, null, Cancelled);
            Assert.Equal(HttpStatusCode.NoContent, put.StatusCode);
            using var after = await Get();
            Assert.Equal($"version {version}", await after.Content.ReadAsStringAsync(Cancelled));
        }
        Assert.Equal(21, _fetched);
    }

    [Fact]
    public async Task A_public_event_invalidates_only_the_responses_with_its_keys()
    {
        using var first = await Get();
        var other = new Public.ArticleRetracted(
            Guid.CreateVersion7(), $"article-{Guid.CreateVersion7()}", 1, DateTimeOffset.UnixEpoch, Guid.CreateVersion7(), "");
        var mine = other with { EventId = Guid.CreateVersion7(), StreamId = $"article-{_id}" };
        _version = 1;
        await _gateway.Bus.Publish(other);
        await _gateway.Bus.WaitFor<Public.ArticleRetracted>(e => e.EventId == other.EventId, "the event arrives on the bus");
        Assert.Equal("version 0", await _reader.GetStringAsync(Address, Cancelled));
        await _gateway.Bus.Publish(mine);
        await Eventually.IsTrue(
            async () => await _reader.GetStringAsync(Address, Cancelled) == "version 1", "the gateway receives the event");
        Assert.Equal(2, _fetched);
    }

    [Fact]
    public async Task Concurrent_requests_for_one_address_are_fetched_once()
    {
        var release = HoldFirstResponse();
        var asked = Enumerable.Range(0, 50).Select(_ => _reader.GetStringAsync(Address, Cancelled)).ToArray();
        await Eventually.IsTrue(() => Task.FromResult(_fetched == 1), "one request reaches the service");
        release.SetResult();
        Assert.All(await Task.WhenAll(asked), answer => Assert.Equal("version 0", answer));
        Assert.Equal(1, _fetched);
    }

    [Fact]
    public async Task A_response_fetched_during_a_change_is_not_served_again()
    {
        var release = HoldFirstResponse();
        var slow = _reader.GetStringAsync(Address, Cancelled);
        await Eventually.IsTrue(() => Task.FromResult(_fetched == 1), "the request reaches the service");
        using var editor = _gateway.Client("editor");
        using var put = await editor.PutAsync(Address, null, Cancelled);
        release.SetResult();
        Assert.Equal("version 0", await slow);
        Assert.Equal("version 1", await _reader.GetStringAsync(Address, Cancelled));
    }

    [Fact]
    public async Task Requests_that_waited_for_a_stale_response_share_one_new_fetch()
    {
        var release = HoldFirstResponse();
        var first = _reader.GetStringAsync(Address, Cancelled);
        await Eventually.IsTrue(() => Task.FromResult(_fetched == 1), "the request reaches the service");
        using var editor = _gateway.Client("editor");
        using var put = await editor.PutAsync(Address, null, Cancelled);
        var waiting = Enumerable.Range(0, 20).Select(_ => _reader.GetStringAsync(Address, Cancelled)).ToArray();
        release.SetResult();
        Assert.Equal("version 0", await first);
        Assert.All(await Task.WhenAll(waiting), answer => Assert.Equal("version 1", answer));
        Assert.Equal(2, _fetched);
    }

    [Theory]
    [InlineData(404, true)]
    [InlineData(500, true)]
    [InlineData(200, false)]
    public async Task An_error_or_a_response_without_surrogate_keys_is_not_cached(int status, bool hasKeys)
    {
        _gateway.One.Answer = _gateway.Other.Answer = http =>
        {
            Interlocked.Increment(ref _fetched);
            http.Response.StatusCode = status;
            http.Response.ContentType = "text/plain";
            if (hasKeys) http.Response.Headers["Surrogate-Key"] = $"article-{_id}";
            return http.Response.WriteAsync("as it came");
        };
        foreach (var _ in new int[2])
        {
            using var answer = await Get();
            Assert.Equal((status, "as it came"), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancelled)));
        }
        Assert.Equal(2, _fetched);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private Task<HttpResponseMessage> Get() => _reader.GetAsync(Address, Cancelled);

    private async Task Answer(HttpContext http)
    {
        http.Response.Headers["Surrogate-Key"] = $"article-{_id}";
        if (HttpMethods.IsPut(http.Request.Method))
        {
            Interlocked.Increment(ref _version);
            http.Response.StatusCode = 204;
            return;
        }
        Interlocked.Increment(ref _fetched);
        await http.Response.WriteAsync($"version {_version}");
    }

    /// <summary>Holds the first response until it is released; it contains the version from when it was requested.</summary>
    private TaskCompletionSource HoldFirstResponse()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = 0;
        _gateway.One.Answer = _gateway.Other.Answer = async http =>
        {
            if (!HttpMethods.IsGet(http.Request.Method) || Interlocked.Increment(ref held) > 1)
            {
                await Answer(http);
                return;
            }
            Interlocked.Increment(ref _fetched);
            http.Response.Headers["Surrogate-Key"] = $"article-{_id}";
            var body = $"version {_version}";
            await release.Task;
            await http.Response.WriteAsync(body);
        };
        return release;
    }
}
