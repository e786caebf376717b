using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Integration.Gateway;

/// <summary>Which requests share a cached response. Each test uses its own address.</summary>
public sealed class CacheKeyTests : IClassFixture<GatewayFixture>
{
    private readonly GatewayFixture _gateway;
    private readonly HttpClient _reader;
    private readonly Guid _id = Guid.CreateVersion7();
    private int _fetched;

    public CacheKeyTests(GatewayFixture gateway)
    {
        (_gateway, _reader) = (gateway, gateway.Client());
        _gateway.One.Answer = _gateway.Other.Answer = http =>
        {
            Interlocked.Increment(ref _fetched);
            http.Response.Headers["Surrogate-Key"] = $"article-{_id}";
            return http.Response.WriteAsync("version 0");
        };
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Address => $"/api/articles/{_id}";

    [Theory]
    [InlineData("Accept", "text/markdown;q=0.1, application/json", "text/markdown", "*/*", "text/markdown")]
    [InlineData("Accept", "TEXT/Markdown", "application/json", "text/markdown", "*/*")]
    [InlineData("Accept-Encoding", "br;q=0, gzip", "br", "gzip", "br")]
    [InlineData("Accept-Encoding", "gzip;q=0", "gzip", "identity", "gzip")]
    [InlineData("Accept-Encoding", "br;q=0.1, identity", "gzip, br", "identity", "br")]
    public async Task Clients_that_negotiate_different_responses_never_share_one(
        string header,
        string accepts,
        string others,
        string forwarded,
        string forwardedForOthers)
    {
        _gateway.One.Answer = _gateway.Other.Answer = http =>
        {
            http.Response.Headers["Surrogate-Key"] = $"article-{_id}";
            http.Response.ContentType = "application/json";
            return http.Response.WriteAsync($"for {http.Request.Headers[header]}");
        };
        foreach (var (value, asked) in new[] { (accepts, forwarded), (others, forwardedForOthers), (accepts, forwarded) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Address);
            request.Headers.TryAddWithoutValidation(header, value);
            using var answer = await _reader.SendAsync(request, Cancelled);
            var coding = answer.Content.Headers.ContentEncoding.SingleOrDefault() ?? "identity";
            if (header == "Accept-Encoding") Assert.Equal(asked, coding);
            Assert.Equal($"for {asked}", await Text(answer.Content, coding));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_conditional_read_gets_the_same_response_whether_it_is_cached_or_not(bool cacheable)
    {
        _gateway.One.Answer = _gateway.Other.Answer = http =>
        {
            if (cacheable) http.Response.Headers["Surrogate-Key"] = $"article-{_id}";
            http.Response.Headers.ETag = "\"a\"";
            http.Response.Headers.LastModified = "Wed, 04 Mar 2026 05:06:07 GMT";
            return http.Response.WriteAsync("text");
        };
        foreach (var _ in new int[2])
            foreach (var (name, value, status) in new[]
            {
                ("If-Modified-Since", "Wed, 04 Mar 2026 05:06:07 GMT", 304), ("If-Modified-Since", "Wed, 04 Mar 2026 05:06:06 GMT", 200),
                ("If-None-Match", "\"a\"", 304), ("If-None-Match", "\"b\"", 200),
            })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, Address);
                request.Headers.TryAddWithoutValidation(name, value);
                using var answer = await _reader.SendAsync(request, Cancelled);
                Assert.Equal((name, value, status), (name, value, (int)answer.StatusCode));
                Assert.Equal(status == 200 ? "text" : "", await answer.Content.ReadAsStringAsync(Cancelled));
            }
    }

    private static async Task<string> Text(HttpContent content, string coding)
    {
        await using var bytes = await content.ReadAsStreamAsync(Cancelled);
        await using Stream plain = coding switch
        {
            "br" => new BrotliStream(bytes, CompressionMode.Decompress),
            "gzip" => new GZipStream(bytes, CompressionMode.Decompress),
            _ => bytes,
        };
        using var reader = new StreamReader(plain);
        return await reader.ReadToEndAsync(Cancelled);
    }

    [Theory]
    [InlineData("Cookie", "person=1", "")]
    [InlineData("Host", "localhost", "")]
    [InlineData("X-Forwarded-Host", "elsewhere.example", "")]
    [InlineData("X-Any", "", "?x=1")]
    [InlineData("X-Any", "", "?utm_source=letter&x")]
    [InlineData("X-Any", "", "?")]
    public async Task Irrelevant_headers_and_parameters_neither_bypass_nor_fill_the_cache(string header, string value, string query)
    {
        foreach (var (address, with) in new[] { (Address, false), ($"{Address}{query}", true), ($"{Address}{query}", true) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            if (with) request.Headers.TryAddWithoutValidation(header, value);
            using var answer = await _reader.SendAsync(request, Cancelled);
            Assert.Equal("version 0", await answer.Content.ReadAsStringAsync(Cancelled));
        }
        Assert.Equal(1, _fetched);
    }

    [Fact]
    public async Task A_cacheable_request_is_forwarded_without_cookies_and_unknown_parameters()
    {
        _gateway.One.Answer = _gateway.Other.Answer =
            http => http.Response.WriteAsync($"{http.Request.Headers.Cookie}{http.Request.QueryString}");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Address}?x=1&lang=ru&limit=2&y");
        request.Headers.Add("Cookie", "person=1");
        using var answer = await _reader.SendAsync(request, Cancelled);
        Assert.Equal("?lang=ru&limit=2", await answer.Content.ReadAsStringAsync(Cancelled));
    }
}
