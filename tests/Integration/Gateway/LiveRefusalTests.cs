using System.Net;
using Kit;
using Xunit;

namespace Integration.Gateway;

/// <summary>When the live stream rejects a client.</summary>
public sealed class LiveRefusalTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("?topics=weather", null, "topics")]
    [InlineData("?lang=english", null, "lang")]
    [InlineData("", "yesterday", "Last-Event-ID")]
    [InlineData("?lastEventId=-1", null, "Last-Event-ID")]
    public async Task An_invalid_parameter_is_rejected(string query, string? lastEventId, string says)
    {
        using var reader = gateway.Client();
        if (lastEventId is not null) reader.DefaultRequestHeaders.Add("Last-Event-ID", lastEventId);
        (await reader.Send($"GET /api/live{query}")).IsProblem(400, says);
    }

    [Fact]
    public async Task The_number_of_live_streams_per_address_is_limited()
    {
        await using var small = await gateway.Another(("Gateway:Live:MostPerClient", "2"), ("Gateway:KnownProxies:0", "127.0.0.1"));
        using HttpClient reader = GatewayFixture.At(small), other = GatewayFixture.At(small);
        reader.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        other.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.8");
        await using (await LiveClient.At(reader))
        {
            await using var second = await LiveClient.At(reader);
            using var refused = await reader.GetAsync("/api/live", Cancelled);
            var type = refused.Content.Headers.ContentType?.MediaType;
            Assert.Equal((HttpStatusCode.TooManyRequests, "application/problem+json"), (refused.StatusCode, type));
            Assert.NotNull(refused.Headers.RetryAfter);
            await using var elsewhere = await LiveClient.At(other);
        }
        await Eventually.IsTrue(async () =>
        {
            using var answer = await reader.GetAsync("/api/live", HttpCompletionOption.ResponseHeadersRead, Cancelled);
            return answer.IsSuccessStatusCode;
        }, "a stream that ended is no longer counted");
    }

    [Fact]
    public async Task A_full_gateway_rejects_clients_with_Retry_After()
    {
        await using var small = await gateway.Another(("Gateway:Live:MostClients", "1"));
        using var reader = GatewayFixture.At(small);
        await using (await LiveClient.At(reader))
        {
            using var refused = await reader.GetAsync("/api/live", Cancelled);
            Assert.Equal(
                (HttpStatusCode.ServiceUnavailable, "application/problem+json", true),
                (refused.StatusCode, refused.Content.Headers.ContentType?.MediaType, refused.Headers.RetryAfter is not null));
        }
        await Eventually.IsTrue(async () =>
        {
            using var answer = await reader.SendAsync(
                new HttpRequestMessage(HttpMethod.Get, "/api/live"), HttpCompletionOption.ResponseHeadersRead, Cancelled);
            return answer.IsSuccessStatusCode;
        }, "a client that left is no longer counted");
    }
}
