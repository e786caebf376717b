using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Kit;
using Microsoft.Playwright;
using Xunit;

namespace Browser;

/// <summary>
/// A second, small system (gateway, portal, articles) that is configured to use a real OpenID Connect provider (npm oidc-provider).
/// </summary>
public sealed class ProviderSite(Site site) : IAsyncLifetime
{
    private const string Audience = "https://portal.example";
    private readonly DirectoryInfo _keys = Directory.CreateTempSubdirectory();
    private Servers _servers = null!;
    private ForeignProcess _provider = null!;
    private ServiceProcess[] _processes = [];
    private HttpClient _http = null!;

    public Uri Address { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var (gateway, portal, articles) = (ServiceProcess.FreePort(), ServiceProcess.FreePort(), ServiceProcess.FreePort());
        Address = new Uri($"http://127.0.0.1:{gateway}");
        _servers = await Servers.New();
        _provider = await ForeignProcess.Start("oidc.mjs", $"{Address}console/signed-in");
        _http = new HttpClient { BaseAddress = new Uri(_provider.FirstLine) };
        (string, string)[] accounts = [("Auth__Authority", _provider.FirstLine), ("Auth__Audience", Audience)];
        _processes = await Task.WhenAll(
            Start("Articles", articles),
            Start(
                "portal",
                portal,
                ("Gateway__Address", $"{Address}"),
                ("Console__ClientId", "console"),
                ("Console__ClientSecret", "secret of the console"),
                ("Console__KeysFolder", _keys.FullName)),
            Start(
                "gateway",
                gateway,
                ("Gateway__WritesPerMinute", "0"),
                ("ReverseProxy__Clusters__articles__Destinations__one__Address", $"http://127.0.0.1:{articles}"),
                ("ReverseProxy__Clusters__portal__Destinations__one__Address", $"http://127.0.0.1:{portal}")));
        using var editor = await Api("editor");
        await editor.Send(
            HttpMethod.Put, "/api/sections/news", new { order = 1, names = new { en = "News", ru = "Новости", zh = "新闻" } }, null);

        Task<ServiceProcess> Start(string folder, int port, params (string, string)[] settings) =>
            ServiceProcess.Start(
                folder, _servers.Database, _servers.Bus, $"{folder.ToLowerInvariant()}-1", port, [.. accounts, .. settings]);
    }

    /// <summary>Closes an account at the provider.</summary>
    public async Task CloseAccount(string account) =>
        (await _http.PostAsync($"/test?gone={Uri.EscapeDataString(account)}", null)).EnsureSuccessStatusCode();

    /// <summary>How often the provider has renewed the tokens of an account.</summary>
    public async Task<int> RenewalCount(string account) =>
        int.Parse(
            await _http.GetStringAsync($"/test?account={Uri.EscapeDataString(account)}"),
            System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A client of the gateway with its own access token.</summary>
    public async Task<HttpClient> Api(string role)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/token")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("resource", Audience)]),
            Headers =
            {
                Authorization = new AuthenticationHeaderValue(
                    "Basic", Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"{role}-RS256:secret"))),
            },
        };
        using var answer = await _http.SendAsync(request);
        var token = (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token")
            .GetString();
        return new HttpClient
        {
            BaseAddress = Address,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        };
    }

    /// <summary>A browser that is signed in with an account.</summary>
    public async Task<Visitor> SignedIn(string account)
    {
        var visitor = await Visitor.Open(
            await site.Chromium.NewContextAsync(new() { BaseURL = $"{Address}" }), Address, new Uri(_provider.FirstLine));
        await visitor.Go("/console/articles");
        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync();
        await visitor.Page.GetByLabel("Account").FillAsync(account);
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        return visitor;
    }

    /// <summary>A client that stores cookies and does not follow redirects.</summary>
    public HttpClient Client(CookieContainer cookies) =>
        new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, CookieContainer = cookies }) { BaseAddress = Address };

    /// <summary>Signs in at the provider and returns the address that it redirects to. An empty account cancels the sign-in.</summary>
    public async Task<Uri> ReturnAddress(HttpClient client, string account)
    {
        var ask = await Follow(
            client,
            new Uri(Address, "/console/sign-in/provider?back=/console/articles"),
            address => address.AbsolutePath.StartsWith("/people/", StringComparison.Ordinal));
        using var named = await client.PostAsync(ask, new FormUrlEncodedContent([new("account", account)]));
        return await Follow(client, named.Headers.Location!, address => address.AbsolutePath == "/console/signed-in");
    }

    /// <summary>A client that is signed in with an account.</summary>
    public async Task<HttpClient> SignedIn(CookieContainer cookies, string account)
    {
        var client = Client(cookies);
        using var back = await client.GetAsync(await ReturnAddress(client, account));
        Assert.Equal("/console/articles", back.Headers.Location?.OriginalString);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes) process.Dispose();
        _http.Dispose();
        _provider.Dispose();
        await _servers.DisposeAsync();
        _keys.Delete(recursive: true);
    }

    private static async Task<Uri> Follow(HttpClient client, Uri address, Func<Uri, bool> isThere)
    {
        for (var i = 0; i < 5 && !isThere(address); i++)
        {
            using var answer = await client.GetAsync(address);
            address = new Uri(
                address,
                answer.Headers.Location
                ?? throw new InvalidOperationException(
                    $"{address} answers {answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}"));
        }
        return isThere(address) ? address : throw new InvalidOperationException($"The redirects lead to {address}.");
    }
}
