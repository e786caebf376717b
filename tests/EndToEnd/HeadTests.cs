using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>HEAD requests to every address that answers GET: those of the gateway routes and of the OpenAPI document.</summary>
public partial class HeadTests(RunningPlatform platform) : EndToEndTests(platform)
{
    /// <summary>Headers that differ between two responses to the same request, or that depend on how the body is sent.</summary>
    private static readonly string[] VolatileHeaders =
        ["Date", "Age", "Cache-Status", "Transfer-Encoding", "Set-Cookie", "Retry-After", "blazor-enhanced-nav"];

    [Fact]
    public async Task HEAD_returns_the_status_and_the_headers_of_GET_at_every_address_for_every_caller()
    {
        var addresses = await Addresses();
        Assert.InRange(addresses.Count, 80, 500);
        var tokens = new Dictionary<string, string>();
        foreach (var role in new[] { "editor", "moderator", "operator" }) tokens[role] = await Platform.Token(role);
        var differ = new List<string>();
        foreach (var address in addresses)
            foreach (var (caller, headers) in Callers(tokens))
            {
                var (get, head) = (await Send(HttpMethod.Get, address, headers), await Send(HttpMethod.Head, address, headers));
                if (get != head) differ.Add($"{caller} {address}\n  GET  {get}\n  HEAD {head}");
            }
        Assert.True(differ.Count == 0, string.Join('\n', differ));
    }

    [Theory]
    [InlineData("/favicon.ico", "image/x-icon")]
    [InlineData("/apple-touch-icon.png", "image/png")]
    public async Task The_site_serves_icons_at_the_addresses_that_browsers_expect(string address, string type)
    {
        using var answer = await Platform.Reader.GetAsync(address, Cancelled);
        Assert.Equal((HttpStatusCode.OK, type), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task HEAD_of_the_live_stream_ends()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/api/live");
        using var answer = await Platform.Reader.SendAsync(request, Cancelled).WaitAsync(TimeSpan.FromSeconds(20), Cancelled);
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        using var next = await Platform.Reader.GetAsync("/robots.txt", Cancelled).WaitAsync(TimeSpan.FromSeconds(20), Cancelled);
        Assert.True(next.IsSuccessStatusCode, "the connection cannot be used again");
    }

    private static IEnumerable<(string Caller, (string Name, string Value)[] Headers)> Callers(Dictionary<string, string> tokens)
    {
        yield return ("a reader", []);
        yield return ("a reader who takes brotli", [("Accept-Encoding", "br")]);
        yield return ("a reader with a cookie", [("Cookie", "other=1")]);
        foreach (var (role, token) in tokens) yield return (role, [("Authorization", $"Bearer {token}")]);
    }

    private async Task<string> Send(HttpMethod method, string address, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, address);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await Platform.Reader.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
        var shown = answer.Headers.Concat<KeyValuePair<string, IEnumerable<string>>>(answer.Content.Headers)
            .Where(h => !VolatileHeaders.Contains(h.Key))
            // The length of a problem document depends on its traceId.
            .Where(h => h.Key != "Content-Length" || answer.Content.Headers.ContentType?.MediaType != "application/problem+json")
            .Select(h => $"{h.Key}: {string.Join(',', h.Value)}").Order(StringComparer.Ordinal);
        if (method == HttpMethod.Head) Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Cancelled));
        return $"{(int)answer.StatusCode} {string.Join("; ", shown)}";
    }

    private async Task<IReadOnlyList<string>> Addresses()
    {
        var list = JsonNode.Parse(await Platform.Reader.GetStringAsync("/api/articles?limit=1", Cancelled))!;
        var (id, slug) = (list["items"]![0]!["id"]!.GetValue<string>(), list["items"]![0]!["slug"]!.GetValue<string>());
        var settings = await File.ReadAllTextAsync(Path.Combine(RunningPlatform.Root, "gateway", "appsettings.json"), Cancelled);
        var ofRoutes = JsonNode.Parse(settings)!["ReverseProxy"]!["Routes"]!.AsObject().Select(r => r.Value!["Match"]!)
            .Where(m => m["Methods"] is not JsonArray methods || methods.Any(method => method!.GetValue<string>() == "GET"))
            .Select(m => m["Path"]!.GetValue<string>());
        var document = JsonNode.Parse(await Platform.Reader.GetStringAsync("/openapi.json", Cancelled))!;
        var described = document["paths"]!.AsObject().Where(p => p.Value!["get"] is not null).Select(p => p.Key);
        var ofServices = RunningPlatform.Services.SelectMany(s => new[] { $"/openapi/{s}.json", $"/admin/{s}/{{**rest}}" });
        return [.. ofRoutes.Concat(ofServices).Concat(described)
            .Concat(["/openapi.json", "/docs/", "/health/live", "/health/ready", "/favicon.ico"])
            .Concat(["/en", $"/en/articles/{slug}", "/ru/rates", "/zh/contact", "/en/nothing", "/nothing"])
            .Select(path => Parameter().Replace(path, p => p.Groups[1].Value switch
            {
                "id" when path.Contains("/articles", StringComparison.Ordinal) => id,
                "id" or "emailHash" => "01900000-0000-7000-8000-000000000001",
                "lang" => "en",
                "file" => "rss.xml",
                "rest" when path.StartsWith("/sitemap", StringComparison.Ordinal) => ".xml",
                "rest" => "",
                "script" => "XML_daily.asp",
                "date" or "period" => "2025-04-05",
                "code" => "CNY",
                "month" => "2026-01",
                _ => "x",
            }))
            .Except(["/api/live"]).Distinct().Order(StringComparer.Ordinal)];
    }

    [GeneratedRegex(@"\{\*{0,2}(\w+)[^{}]*(?:\{\{[^{}]*\}\}[^{}]*)*\}")]
    private static partial Regex Parameter();
}
