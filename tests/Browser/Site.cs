using System.Collections.Concurrent;
using Kit;
using Microsoft.Playwright;
using Xunit;

[assembly: AssemblyFixture(typeof(Browser.Site))]
// A page spends most of its time waiting, so twice as many tests as there are cores run at a time.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.All, MaxThreads = 4)]

namespace Browser;

/// <summary>A running platform and Debian's Chromium (<c>CHROMIUM</c>, default: /usr/bin/chromium).</summary>
public sealed class Site : IAsyncLifetime
{
    public static readonly IReadOnlyList<string> Languages = ["en", "ru", "zh"];

    /// <summary>The seeded article of 13 June 2017, in all three languages.</summary>
    public static readonly Guid Memorandum = Guid.Parse("0196a000-0000-7000-8000-000000000101");

    /// <summary>A seeded comment on that article that is a reply and has replies.</summary>
    public static readonly Guid Answered = Guid.Parse("0196a000-0000-7000-8000-000000001002");

    /// <summary>
    /// The timeout in milliseconds for reactions of a page. It is generous, so that no test fails only because the machine is overloaded.
    /// </summary>
    private static readonly float Soon = (float)RunningPlatform.Patience.TotalMilliseconds / 4;

    private IPlaywright _playwright = null!;
    private readonly ConcurrentDictionary<string, Lazy<Task<string[]>>> _made = new();
    private bool _liveIsServed;

    public RunningPlatform Platform { get; } = new();
    public IBrowser Chromium { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(Soon);
        await Platform.InitializeAsync();
        _playwright = await Playwright.CreateAsync();
        Chromium = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } path ? path : "/usr/bin/chromium",
            // Chromium does not support the sandbox for root.
            ChromiumSandbox = Environment.UserName != "root",
            // Chromium blocks some ports as unsafe, for example 10080.
            Args = ["--no-proxy-server", "--disable-dev-shm-usage", $"--explicitly-allowed-ports={Platform.Address.Port}"],
        });
        using var live = await Platform.Reader.GetAsync("/api/live", HttpCompletionOption.ResponseHeadersRead);
        _liveIsServed = live.IsSuccessStatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (Chromium is not null) await Chromium.DisposeAsync();
        _playwright?.Dispose();
        await Platform.DisposeAsync();
    }

    /// <summary>A reader with a separate browser context.</summary>
    public async Task<Visitor> Visit(BrowserNewContextOptions? options = null)
    {
        options ??= new();
        options.BaseURL = Platform.Address.ToString();
        var context = await Chromium.NewContextAsync(options);
        context.SetDefaultTimeout(Soon);
        // A gateway without a live stream answers 404, which the browser would report as an error in its console.
        if (!_liveIsServed)
            await context.RouteAsync(
                "**/api/live*", route => route.FulfillAsync(new() { ContentType = "text/event-stream", Body = "retry: 600000\n\n" }));
        return await Visitor.Open(context, Platform.Address);
    }

    /// <summary>Test data that several tests only read is created once, by the first test that needs it.</summary>
    public Task<string[]> Once(string what, Func<Task<string[]>> make) => _made.GetOrAdd(what, _ => new(make)).Value;

    /// <summary>
    /// A person who is signed in to the console with these comma-separated roles (default: all roles). Each combination of roles signs in
    /// once, with a link from the script; everything else is separate for each visitor.
    /// </summary>
    public Task<Visitor> Staff(string roles = "", BrowserNewContextOptions? options = null) =>
        Staff(roles.Length == 0 ? [] : [roles], options);

    /// <summary>A person with this name and these roles.</summary>
    public Task<Visitor> Colleague(string name, string roles) => Staff([roles, name], null);

    private async Task<Visitor> Staff(string[] rolesAndName, BrowserNewContextOptions? options)
    {
        options ??= new();
        options.StorageState = (await Once($"session {string.Join(' ', rolesAndName)}", async () => [await SignIn(rolesAndName)]))[0];
        return await Visit(options);
    }

    private async Task<string> SignIn(string[] rolesAndName)
    {
        await using var visitor = await Visit();
        await visitor.Go(await Platform.SignInLink(rolesAndName));
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Overview");
        return await visitor.Page.Context.StorageStateAsync();
    }

    /// <summary>The address of an article page.</summary>
    public async Task<string> Article(string lang, Guid? id = null)
    {
        var article = System.Text.Json.Nodes.JsonNode.Parse(
            await Platform.Reader.GetStringAsync($"/api/articles/{id ?? Memorandum}?lang={lang}"))!;
        return $"/{lang}/articles/{article["slug"]}";
    }

    /// <summary>One reader page of every kind.</summary>
    public async Task<IReadOnlyList<string>> Pages(string lang)
    {
        var article = await Article(lang);
        var word = lang == "ru" ? "меморандум" : lang == "zh" ? "备忘录" : "memorandum";
        return [$"/{lang}", $"/{lang}/articles", $"/{lang}/sections/news", $"/{lang}/tags/icrc", $"/{lang}/search?q={word}",
            $"/{lang}/search?q=Primakov", $"/{lang}/archive", $"/{lang}/archive/2020-01",
            article, $"{article}/print", $"{article}/comments/{Answered}", $"/{lang}/rates?date=2025-04-05&amount=100", $"/{lang}/states",
            $"/{lang}/contact", $"/{lang}/feeds", $"/{lang}/favourites"];
    }
}

/// <summary>A page in a browser. It records errors, warnings and requests to third parties, which fail the test.</summary>
public sealed class Visitor : IAsyncDisposable
{
    private readonly List<string> _faults = [];

    public required IPage Page { get; init; }
    /// <summary>Error statuses that this test expects.</summary>
    public HashSet<int> Expected { get; } = [];

    internal static async Task<Visitor> Open(IBrowserContext context, params Uri[] sites)
    {
        var visitor = new Visitor { Page = await context.NewPageAsync() };
        visitor.Page.PageError += (_, error) => visitor._faults.Add($"error in {visitor.Page.Url}: {error}");
        visitor.Page.Console += (_, said) =>
        {
            if (said.Type is "error" or "warning"
                && !visitor.Expected.Any(status => said.Text.Contains($"status of {status}", StringComparison.Ordinal)))
                visitor._faults.Add($"{said.Type} in {visitor.Page.Url}: {said.Text}");
        };
        visitor.Page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: "http" or "https" } address && sites.All(s => s.Authority != address.Authority))
                visitor._faults.Add($"{visitor.Page.Url} asks a third party: {request.Url}");
        };
        return visitor;
    }

    public async Task<IResponse> Go(string path) => (await Page.GotoAsync(path))!;

    /// <summary>Opens a page of the console and waits until it is rendered.</summary>
    public async Task Open(string path, string heading)
    {
        await Go(path);
        await Assertions.Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(heading);
        await Assertions.Expect(Page.Locator(".waiting")).ToHaveCountAsync(0);
    }

    /// <summary>Whether the page fits without horizontal scrolling.</summary>
    public Task<bool> FitsTheScreen() => Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth");

    /// <summary>Fails if the page has reported a fault.</summary>
    public void AssertNoFaults() => Assert.True(_faults.Count == 0, string.Join("\n", _faults.Distinct()));

    public async ValueTask DisposeAsync()
    {
        await Page.Context.DisposeAsync();
        AssertNoFaults();
    }
}
