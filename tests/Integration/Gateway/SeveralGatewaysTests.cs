extern alias gateway;

using System.Globalization;
using Kit;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Xunit;

namespace Integration.Gateway;

/// <summary>Writes and cached pages with more than one gateway.</summary>
public sealed class SeveralGatewaysTests : IClassFixture<GatewayFixture>, IAsyncLifetime
{
    private readonly GatewayFixture _gateway;
    private readonly Guid _id = Guid.CreateVersion7();
    private WebApplicationFactory<gateway::Gateway.Cache.Generations> _other = null!;
    private HttpClient _here = null!, _there = null!, _editor = null!;
    private readonly string _key;
    private int _version;

    public SeveralGatewaysTests(GatewayFixture gateway)
    {
        _gateway = gateway;
        _key = $"only-here-{_id}";
        _gateway.One.Answer = _gateway.Other.Answer = Answer;
    }

    public async ValueTask InitializeAsync()
    {
        _other = await _gateway.Another();
        (_here, _there, _editor) = (_gateway.Client(), GatewayFixture.At(_other), _gateway.Client("editor"));
    }

    private string Address => $"/api/articles/{_id}";

    [Theory]
    [InlineData(204)]
    [InlineData(303)]
    public async Task A_write_without_a_public_event_becomes_visible_at_every_gateway(int status)
    {
        _writeStatus = status;
        foreach (var gateway in new[] { _here, _there }) Assert.Equal("version 0", await gateway.GetStringAsync(Address, Cancelled));
        using var written = await _editor.PutAsync(Address, null, Cancelled);
        Assert.Equal((status, false), ((int)written.StatusCode, written.Headers.Contains("Surrogate-Key")));
        Assert.Equal("version 1", await _here.GetStringAsync(Address, Cancelled));
        await Eventually.IsTrue(
            async () => await _there.GetStringAsync(Address, Cancelled) == "version 1", "the other gateway invalidates the response");
    }

    [Fact]
    public async Task A_write_that_changes_everything_invalidates_all_responses_at_every_gateway()
    {
        Assert.Equal("version 0", await _there.GetStringAsync(Address, Cancelled));
        _written = "*";
        using var written = await _editor.PutAsync(Address, null, Cancelled);
        Assert.Equal("version 1", await _here.GetStringAsync(Address, Cancelled));
        await Eventually.IsTrue(
            async () => await _there.GetStringAsync(Address, Cancelled) == "version 1", "the other gateway invalidates the response");
    }

    [Fact]
    public async Task A_page_builder_receives_the_keys_of_its_writes_and_the_age_of_its_reads()
    {
        _editor.DefaultRequestHeaders.Add("Surrogate-Capability", "test");
        using var written = await _editor.PutAsync(Address, null, Cancelled);
        Assert.Equal(_key, written.Headers.GetValues("Surrogate-Key").Single());
        _here.DefaultRequestHeaders.Add("Surrogate-Capability", "test");
        foreach (var _ in new int[2])
        {
            using var read = await _here.GetAsync(Address, Cancelled);
            Assert.InRange(int.Parse(read.Headers.GetValues("Surrogate-Age").Single(), CultureInfo.InvariantCulture), 0, 600_000);
        }
        using var reader = _gateway.Client();
        using var plain = await reader.GetAsync(Address, Cancelled);
        Assert.DoesNotContain(plain.Headers, h => h.Key.StartsWith("Surrogate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_page_built_from_a_stale_response_of_another_gateway_is_built_again()
    {
        using var written = await _editor.PutAsync(Address, null, Cancelled);
        var asked = new List<string>();
        _gateway.One.Answer = _gateway.Other.Answer = http =>
        {
            var fresh = http.Request.Headers.CacheControl == "no-cache";
            lock (asked) asked.Add(fresh ? "fresh" : "any");
            http.Response.Headers["Surrogate-Key"] = _key;
            if (!fresh) http.Response.Headers["Surrogate-Age"] = "600000";
            return http.Response.WriteAsync(fresh ? "new" : "old");
        };
        for (var i = 0; i < 2; i++)
        {
            using var page = await _here.GetAsync(Address, Cancelled);
            Assert.Equal(("new", false), (await page.Content.ReadAsStringAsync(Cancelled), page.Headers.Contains("Surrogate-Age")));
        }
        Assert.Equal(["any", "fresh"], asked);
    }

    [Fact]
    public async Task Only_a_page_builder_can_bypass_the_cache()
    {
        Assert.Equal("version 0", await _here.GetStringAsync(Address, Cancelled));
        _version = 1; // the gateway does not know of this change
        _here.DefaultRequestHeaders.Add("Cache-Control", "no-cache");
        Assert.Equal("version 0", await _here.GetStringAsync(Address, Cancelled));
        _here.DefaultRequestHeaders.Add("Surrogate-Capability", "test");
        Assert.Equal("version 1", await _here.GetStringAsync(Address, Cancelled));
        using var reader = _gateway.Client();
        Assert.Equal("version 1", await reader.GetStringAsync(Address, Cancelled)); // and is cached from then on
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private int _writeStatus = 204;
    private string? _written;

    private async Task Answer(HttpContext http)
    {
        if (HttpMethods.IsPut(http.Request.Method))
        {
            _version++;
            http.Response.StatusCode = _writeStatus;
            http.Response.Headers["Surrogate-Key"] = _written ?? _key;
            return;
        }
        http.Response.Headers["Surrogate-Key"] = _key;
        await http.Response.WriteAsync($"version {_version}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in new[] { _here, _there, _editor }) client.Dispose();
        await _other.DisposeAsync();
    }
}
