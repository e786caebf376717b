using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Web;
using Xunit;

namespace Unit.Platform;

/// <summary>Runs a real server whose endpoints do not declare HEAD.</summary>
public sealed class HeadRequestTests : IAsyncLifetime
{
    private readonly WebApplication _app;
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
    private int _changes;

    public HeadRequestTests()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.AddHeadRequests();
        _app = builder.Build();
        _app.MapGet("/json", () => Results.Json(new { text = new string('x', 100_000) }));
        _app.MapGet("/bytes", () => Results.Bytes(new byte[5000], "application/pdf", entityTag: new("\"1\"")));
        _app.MapGet("/moved", () => Results.Redirect("/json"));
        _app.MapGet("/none", () => Results.NoContent());
        _app.MapGet("/change", (HttpContext http) => http.IsHead() ? Results.Ok() : Results.Ok(_changes++));
        _app.MapPost("/write", () => Results.Ok());
    }

    public async ValueTask InitializeAsync()
    {
        await _app.StartAsync();
        var addresses = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        _client.BaseAddress = new Uri(addresses.Single());
    }

    [Theory]
    [InlineData("GET"), InlineData("HEAD")]
    public async Task Reads_ignore_If_Match_and_If_Unmodified_Since(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/bytes");
        request.Headers.IfMatch.Add(new("\"another\""));
        request.Headers.IfUnmodifiedSince = DateTimeOffset.UnixEpoch;
        using var answer = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("/json")]
    [InlineData("/bytes")]
    [InlineData("/moved")]
    [InlineData("/none")]
    [InlineData("/write")]
    [InlineData("/nothing/here")]
    public async Task HEAD_returns_the_status_and_headers_of_GET_without_a_body(string path)
    {
        using var get = await _client.GetAsync(path, TestContext.Current.CancellationToken);
        using var head = await _client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path), TestContext.Current.CancellationToken);
        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.Equal(Headers(get), Headers(head));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_handler_with_side_effects_can_distinguish_HEAD_from_GET()
    {
        using var head = await _client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/change"), TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, 0), (head.StatusCode, _changes));
        using var get = await _client.GetAsync("/change", TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, 1), (get.StatusCode, _changes));
    }

    private static IEnumerable<string> Headers(HttpResponseMessage answer) => answer.Headers.Concat(answer.Content.Headers)
        .Where(h => h.Key is not ("Date" or "Transfer-Encoding"))
        .Select(h => $"{h.Key}: {string.Join(',', h.Value)}").Order(StringComparer.Ordinal);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }
}
