using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Browser;

/// <summary>Signing in to the console, and what each role can see.</summary>
public class ConsoleTests(Site site)
{
    private static PageAssertionsToHaveURLOptions Patient { get; } = new() { Timeout = 30_000 };

    [Fact]
    public async Task A_link_signs_in_once_and_opening_it_does_not_use_it()
    {
        var link = await site.Platform.SignInLink("operator");
        await using var visitor = await site.Visit();
        for (var i = 0; i < 3; i++)
        {
            await visitor.Page.GotoAsync("about:blank"); // otherwise the browser would only change the part after '#'
            Assert.Equal(200, (await visitor.Go(link)).Status);
        }
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Overview");
        var cookie = (await visitor.Page.Context.CookiesAsync()).Single(c => c.Name == "console");
        Assert.Equal((true, "/console", SameSiteAttribute.Lax), (cookie.HttpOnly, cookie.Path, cookie.SameSite));

        await using var other = await site.Visit();
        other.Expected.Add(410);
        await other.Go(link);
        await other.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(other.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("has been used");
        Assert.DoesNotContain(await other.Page.Context.CookiesAsync(), c => c.Name == "console");
    }

    [Fact]
    public async Task The_code_of_a_link_is_not_sent_in_an_address_and_does_not_stay_in_the_history()
    {
        var code = (await site.Platform.SignInLink("operator"))[^48..];
        await using var visitor = await site.Visit();
        var sent = new List<string>();
        visitor.Page.Request += (_, request) => sent.Add(request.Url.Split('#')[0]);
        await visitor.Go($"/console/sign-in#{code}");
        await Expect(visitor.Page).ToHaveURLAsync(new Regex("/console/sign-in$"));
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Overview");
        Assert.NotEmpty(sent);
        Assert.DoesNotContain(sent, address => address.Contains(code, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_session_a_console_page_leads_to_the_sign_in_page()
    {
        await using var visitor = await site.Visit();
        await visitor.Go("/console/replays");
        await Expect(visitor.Page.GetByText("./platform sign-in", new() { Exact = true })).ToBeVisibleAsync();
        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Русский" }).ClickAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Вход в консоль");
    }

    [Fact]
    public async Task Changing_the_language_stays_on_the_same_page()
    {
        await using var visitor = await site.Staff("operator");
        foreach (var path in new[] { "/console", "/console/replays", "/console/events?service=articles" })
        {
            await visitor.Desk(path);
            foreach (var (lang, skip) in new[] { ("ru", "К содержанию"), ("en", "Skip to content") })
            {
                await visitor.Page.Locator($".mud-appbar a[hreflang={lang}]").ClickAsync();
                await Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("lang", lang);
                await Expect(visitor.Page.Locator("a.skip")).ToHaveTextAsync(skip);
                await Expect(visitor.Page).ToHaveURLAsync(new Uri(site.Platform.Address, path).ToString());
            }
        }
    }

    [Fact]
    public async Task The_link_of_the_error_bar_leads_to_the_same_page()
    {
        await using var visitor = await site.Staff("operator");
        await visitor.Desk("/console/events?service=articles");
        await Expect(visitor.Page.Locator("#blazor-error-ui a.reload")).ToHaveAttributeAsync("href", "/console/events?service=articles");
    }

    [Fact]
    public async Task An_editor_cannot_see_or_open_operator_pages()
    {
        await using var visitor = await site.Staff("editor");
        await visitor.Open("/console", "Overview");
        await Expect(visitor.Page.GetByRole(AriaRole.Navigation, new() { Name = "Navigation" })).ToBeVisibleAsync();
        foreach (var name in new[] { "Failures", "Replays", "Events", "Audit" })
            await Expect(visitor.Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true })).ToHaveCountAsync(0);
        foreach (var path in new[] { "failures", "replays", "events", "events/stream", "audit" })
            await visitor.Open($"/console/{path}", "Access denied");
    }

    [Fact]
    public async Task An_operator_sees_replays_but_cannot_start_them()
    {
        await using var visitor = await site.Staff("operator");
        await visitor.Open("/console", "Overview");
        await Expect(visitor.Page.Locator("section.card", new() { HasText = "currency-rates" })).ToContainTextAsync("healthy");
        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Replays", Exact = true }).First.ClickAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Replays");
        await Expect(visitor.Page).ToHaveTitleAsync("Replays · Console");
        await Expect(visitor.Page.GetByRole(AriaRole.Button, new() { Name = "New replay" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Signing_out_ends_the_session()
    {
        // Other tests share one session per role, and signing out ends a session in every browser, so this test creates its own.
        await using var visitor = await site.Visit();
        await visitor.Go(await site.Platform.SignInLink("operator"));
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Overview");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("You have signed out in this browser.");
        await visitor.Go("/console/replays");
        await Expect(visitor.Page).ToHaveURLAsync(new Regex("/console/sign-in"), Patient);
    }

    [Fact]
    public async Task Reader_pages_are_the_same_for_signed_in_people()
    {
        await using var visitor = await site.Staff("operator");
        await visitor.Go("/en/rates?date=2025-04-01");
        var headers = await (await visitor.Go("/en/rates?date=2025-04-01")).AllHeadersAsync();
        Assert.Equal("gateway; hit", headers["cache-status"]);
        Assert.False(headers.ContainsKey("set-cookie"));
    }

    [Fact]
    public async Task A_stream_can_be_viewed_as_of_any_version()
    {
        await using var visitor = await site.Staff("operator");
        var page = visitor.Page;
        await visitor.Open("/console/events?service=articles", "Events");
        await page.GetByLabel("Event type").FillAsync("article_published");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Expect(page.Locator("tbody tr").First).ToContainTextAsync("article_published");

        await visitor.Open($"/console/events/stream?service=articles&stream=article-{Site.Memorandum}&version=1", "Stream");
        var slider = page.GetByRole(AriaRole.Slider);
        await Expect(page.Locator(".facts dd").First).ToHaveTextAsync("article_drafted");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "State after version 1" })).ToBeVisibleAsync();
        await slider.FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page).ToHaveURLAsync(new Regex("version=2"));
        await Expect(page.Locator(".facts dd").First).ToHaveTextAsync("article_published");
        await Expect(page.Locator("table.changes tbody tr").First).ToBeVisibleAsync();
        await page.GoBackAsync();
        await Expect(page.Locator(".facts dd").First).ToHaveTextAsync("article_drafted");
    }

    [Fact]
    public async Task The_audit_lists_actions_and_filters_them_by_user()
    {
        await using var visitor = await site.Staff("admin");
        await visitor.Open("/console/audit", "Audit");
        await Expect(visitor.Page.Locator("tbody tr").First).ToBeVisibleAsync();
        Assert.DoesNotContain("anonymous", await visitor.Page.Locator("tbody").InnerTextAsync(), StringComparison.Ordinal);
        await visitor.Open("/console/audit?by=nobody-of-that-name", "Audit");
        await Expect(visitor.Page.GetByText("No actions found.")).ToBeVisibleAsync();
    }
}
