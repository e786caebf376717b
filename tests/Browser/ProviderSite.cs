using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Kit;
using Microsoft.Playwright;
using Xunit;

namespace Browser;

/// <summary>
/// A second, small system, told by configuration alone that its people come from an OpenID Connect provider, which others wrote: gateway,
/// portal, articles.
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
                "Portal",
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

    /// <summary>The provider knows that account no more.</summary>
    public async Task Close(string account) =>
        (await _http.PostAsync($"/test?gone={Uri.EscapeDataString(account)}", null)).EnsureSuccessStatusCode();

    /// <summary>How often it gave new tokens for that account's refresh tokens.</summary>
    public async Task<int> Renewed(string account) =>
        int.Parse(
            await _http.GetStringAsync($"/test?account={Uri.EscapeDataString(account)}"),
            System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A client app at the gateway, with a token of its own.</summary>
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

    /// <summary>Somebody in a browser who signs in there with that account.</summary>
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

    /// <summary>A client that keeps cookies, as browsers do, and goes no way by itself.</summary>
    public HttpClient At(CookieContainer cookies) =>
        new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, CookieContainer = cookies }) { BaseAddress = Address };

    /// <summary>Where the provider sends that client back to, after the account was named; whoever names none turns back.</summary>
    public async Task<Uri> ComesBack(HttpClient client, string account)
    {
        var ask = await Follow(
            client,
            new Uri(Address, "/console/sign-in/provider?back=/console/articles"),
            address => address.AbsolutePath.StartsWith("/people/", StringComparison.Ordinal));
        using var named = await client.PostAsync(ask, new FormUrlEncodedContent([new("account", account)]));
        return await Follow(client, named.Headers.Location!, address => address.AbsolutePath == "/console/signed-in");
    }

    /// <summary>Signed in with that account.</summary>
    public async Task<HttpClient> SignedIn(CookieContainer cookies, string account)
    {
        var client = At(cookies);
        using var back = await client.GetAsync(await ComesBack(client, account));
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
        return isThere(address) ? address : throw new InvalidOperationException($"The way leads to {address}.");
    }
}
