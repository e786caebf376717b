using System.Net;
using System.Text.Json;
using Kit;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Integration.Gateway;

/// <summary>A gateway with a limit of three writes per minute, and a comments service that accepts everything.</summary>
public sealed class StrictGateway : GatewayFixture
{
    protected override int WritesPerMinute => 3;
    protected override string Comments => One.Address;
}

public sealed class ProtectionTests(StrictGateway gateway) : IClassFixture<StrictGateway>
{
    [Fact]
    public async Task A_client_that_writes_too_often_gets_429_and_cannot_evade_the_limit_with_a_forged_address()
    {
        gateway.One.Answer = gateway.Other.Answer = http =>
        {
            http.Response.StatusCode = 204;
            return Task.CompletedTask;
        };
        using var writer = gateway.Client();
        var address = $"/api/articles/{Guid.CreateVersion7()}/comments";
        for (var i = 0; i < 3; i++) (await writer.Send($"POST {address}", new { })).Is(HttpStatusCode.NoContent);
        writer.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        using var refused = await writer.PostAsync(address, null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 20);
        (await writer.Send($"POST {address}", new { })).IsProblem(429, "Retry-After");

        (await writer.Send($"GET {address}")).Is(HttpStatusCode.NoContent);
        using var editor = gateway.Client("editor");
        (await editor.Send($"PUT /api/articles/{Guid.CreateVersion7()}", new { })).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Reads_that_miss_the_cache_are_limited_and_cache_hits_are_not()
    {
        gateway.One.Answer = gateway.Other.Answer = http =>
        {
            http.Response.Headers["Surrogate-Key"] = "article-1";
            return http.Response.WriteAsync("text");
        };
        await using var strict = await gateway.Another(("Gateway:ReadsPerMinute", "3"), ("Gateway:KnownProxies:0", "127.0.0.1"));
        using var reader = GatewayFixture.At(strict);
        reader.DefaultRequestHeaders.Add("X-Forwarded-For", "2001:db8:1:2::1");
        for (var i = 0; i < 3; i++) (await reader.Send($"GET /api/articles?limit={i + 1}")).Is(HttpStatusCode.OK);
        reader.DefaultRequestHeaders.Remove("X-Forwarded-For");
        reader.DefaultRequestHeaders.Add("X-Forwarded-For", "2001:db8:1:2:ffff::2"); // from the same network
        using var refused = await reader.GetAsync("/api/articles?limit=9", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 20);
        (await reader.Send("GET /api/articles?limit=9")).IsProblem(429, "Retry-After");
        for (var i = 0; i < 10; i++) (await reader.Send("GET /api/articles?limit=1")).Is(HttpStatusCode.OK);
        (await reader.Send("GET /health/live")).Is(HttpStatusCode.OK);
        reader.DefaultRequestHeaders.Remove("X-Forwarded-For");
        reader.DefaultRequestHeaders.Add("X-Forwarded-For", "2001:db8:1:3::1");
        (await reader.Send("GET /api/articles?limit=9")).Is(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("203.0.113.7", "10.0.0.1", "127.0.0.1")] // not a known proxy
    [InlineData("203.0.113.7", "127.0.0.1", "203.0.113.7")]
    // The proxy appended the last address; its client may have forged the others.
    [InlineData("203.0.113.7, 198.51.100.1", "127.0.0.1", "198.51.100.1")]
    public async Task Only_the_address_that_a_known_proxy_appended_is_trusted(string forwarded, string known, string seen)
    {
        gateway.One.Answer = gateway.Other.Answer = http => http.Response.WriteAsync(http.Request.Headers["X-Forwarded-For"].ToString());
        await using var behind = await gateway.Another(("Gateway:KnownProxies:0", known));
        using var reader = GatewayFixture.At(behind);
        reader.DefaultRequestHeaders.Add("X-Forwarded-For", forwarded);
        Assert.Equal(seen, await reader.GetStringAsync($"/api/articles/{Guid.CreateVersion7()}", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_request_for_an_unknown_host_is_refused()
    {
        gateway.One.Answer = gateway.Other.Answer = http => http.Response.WriteAsync("text");
        using var reader = gateway.Client();
        reader.DefaultRequestHeaders.Host = "elsewhere.example";
        Assert.Equal(HttpStatusCode.BadRequest, (await reader.Send("GET /api/articles/x")).Status);
        await using var known = await gateway.Another(("AllowedHosts", "news.example;elsewhere.example;127.0.0.1"));
        using var other = GatewayFixture.At(known);
        other.DefaultRequestHeaders.Host = "elsewhere.example";
        Assert.Equal(HttpStatusCode.OK, (await other.Send("GET /api/articles/x")).Status);
    }

    [Theory]
    [InlineData(true, "203.0.113.7")] // the portal forwards the address of its client
    [InlineData(false, "127.0.0.1")]
    public async Task Forwarded_headers_are_trusted_only_on_the_internal_port(bool inside, string seen)
    {
        gateway.One.Answer = gateway.Other.Answer = http => http.Response.WriteAsync(http.Request.Headers["X-Forwarded-For"].ToString());
        var port = ServiceProcess.FreePort();
        await using var behind = await gateway.Another(
            inside ? port : 0,
            ("Gateway:InternalPort", $"{port}"),
            ("Gateway:KnownProxies:0", ""));
        using var caller = GatewayFixture.At(behind);
        caller.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        Assert.Equal(seen, await caller.GetStringAsync($"/api/articles/{Guid.CreateVersion7()}", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("/api/articles/x", 200)]
    [InlineData("/api/feedback/messages", 401)]
    [InlineData("/nothing/here", 404)]
    public async Task Every_response_has_the_security_headers(string path, int status)
    {
        gateway.One.Answer = gateway.Other.Answer = http => http.Response.WriteAsync("text");
        using var reader = gateway.Client();
        using var answer = await reader.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Contains("frame-ancestors 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain(answer.Headers, h => h.Key == "Server");
    }

    [Theory]
    [InlineData("https://portal.example", true)]
    [InlineData("https://elsewhere.example", false)]
    public async Task Only_scripts_of_listed_sites_may_call_the_API(string origin, bool may)
    {
        using var reader = gateway.Client();
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/api/articles")
        {
            Headers = { { "Origin", origin }, { "Access-Control-Request-Method", "GET" } },
        };
        using var answer = await reader.SendAsync(preflight, TestContext.Current.CancellationToken);
        Assert.Equal(may, answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed) && allowed.Single() == origin);
    }
}

public sealed class StatusTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task Operators_see_every_replica_and_whether_it_responds()
    {
        using var operators = gateway.Client("operator");
        var status = await operators.Get<JsonElement>("/status");
        Assert.Equal("Degraded", status.GetProperty("status").GetString());
        var replicas = status.GetProperty("services")
            .EnumerateArray()
            .SelectMany(
                s =>
                    s.GetProperty("replicas")
                        .EnumerateArray()
                        .Select(r => $"{s.GetProperty("service")} {r.GetProperty("name")} {r.GetProperty("status")}"));
        Assert.Equal(["articles one Healthy", "articles other Healthy", "comments gone Unreachable"], replicas);
    }

    [Fact]
    public async Task Readers_and_editors_cannot_see_the_status()
    {
        using var reader = gateway.Client();
        (await reader.Send("GET /status")).IsProblem(401);
        using var editor = gateway.Client("editor");
        (await editor.Send("GET /status")).IsProblem(403);
    }
}
