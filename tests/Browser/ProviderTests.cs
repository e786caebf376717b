using System.Net;
using System.Text.RegularExpressions;
using Kit;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Browser;

/// <summary>
/// Signing in to the console at an identity provider. The name of an account controls the behaviour of the provider (<c>oidc.mjs</c>).
/// </summary>
public class ProviderTests(ProviderSite site) : IClassFixture<ProviderSite>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_editor_returns_to_the_requested_page_writes_under_their_name_and_signs_out()
    {
        await using var editor = await site.SignedIn("editor");
        var page = editor.Page;
        await Expect(page).ToHaveURLAsync(new Regex("/console/articles$"));
        await Expect(page.Locator(".person .name")).ToHaveTextAsync("Name of editor");
        await editor.Desk("/console/replays");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Access denied");

        await editor.Desk("/console/articles/new");
        await page.GetByLabel("Title").FillAsync("Written by somebody the provider knows");
        await page.Button("Save").ClickAsync();
        await page.Says("The draft is saved.");
        await Expect(page).ToHaveURLAsync(new Regex("/console/articles/[0-9a-f-]{36}$"));
        using var api = await site.Api("editor");
        Assert.Equal("editor", (string?)(await api.Read($"/api/articles/{page.Url[^36..]}/history"))["items"]![0]!["by"]);

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("You have signed out in this browser.");
        await editor.Go("/console/articles");
        await Expect(page).ToHaveURLAsync(new Regex("/console/sign-in"));
    }

    [Fact]
    public async Task A_person_without_a_role_is_told_what_to_do()
    {
        await using var nobody = await site.SignedIn("nobody");
        await Expect(nobody.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Access denied");
        await nobody.Open("/console", "Overview");
        await Expect(nobody.Page.Locator("main")).ToContainTextAsync("your account has no role here");
        await Expect(nobody.Page.GetByRole(AriaRole.Link, new() { Name = "Articles" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task An_editor_can_open_editor_pages_but_not_admin_pages()
    {
        using var editor = await site.SignedIn(new CookieContainer(), "editor");
        Assert.Equal(HttpStatusCode.OK, (await editor.GetAsync("/console/articles", Cancelled)).StatusCode);
        using var refused = await editor.GetAsync("/console/replays", Cancelled);
        Assert.Equal("/console/denied", new Uri(site.Address, refused.Headers.Location!).AbsolutePath);
    }

    [Fact]
    public async Task An_invalid_return_from_the_provider_is_rejected_with_a_message()
    {
        // Four cases: invented parameters; a return without having started; a repeated return; a cancelled sign-in.
        await IsRefused(new CookieContainer(), new Uri(site.Address, "/console/signed-in?code=invented&state=invented"));
        using var somebody = site.Client(new CookieContainer());
        await IsRefused(new CookieContainer(), await site.ReturnAddress(somebody, "editor"));
        var (cookies, copy) = (new CookieContainer(), new CookieContainer());
        using var twice = site.Client(cookies);
        var back = await site.ReturnAddress(twice, "editor");
        copy.Add(back, cookies.GetCookies(back));
        Assert.Equal("/console/articles", (await twice.GetAsync(back, Cancelled)).Headers.Location?.OriginalString);
        await IsRefused(copy, back);
        var turned = new CookieContainer();
        using var turning = site.Client(turned);
        await IsRefused(turned, await site.ReturnAddress(turning, ""));

        async Task IsRefused(CookieContainer cookies, Uri back)
        {
            using var client = site.Client(cookies);
            using var answer = await client.GetAsync(back, Cancelled);
            Assert.Equal("/console/sign-in?failed=true", answer.Headers.Location?.OriginalString);
            var page = await client.GetStringAsync(answer.Headers.Location, Cancelled);
            Assert.Contains("Sign-in failed. Please try again", page, StringComparison.Ordinal);
            Assert.Contains("/console/sign-in/provider", page, StringComparison.Ordinal);
            Assert.DoesNotContain(cookies.GetAllCookies(), c => c.Name == "console");
        }
    }

    [Fact]
    public async Task Concurrent_requests_renew_a_session_once_before_its_token_expires()
    {
        const string Account = "editor;lasting=4;one";
        var cookies = new CookieContainer();
        using var editor = await site.SignedIn(cookies, Account);
        var first = cookies.GetCookies(new Uri(site.Address, "/console"))["console"]!.Value;
        await Eventually.IsTrue(async () =>
        {
            // The provider accepts a refresh token only once. If it were used twice, the provider would end the session.
            var answers = await Task.WhenAll(
                Enumerable.Range(0, 4).Select(async _ => (await editor.GetAsync("/console/session", Cancelled)).StatusCode));
            Assert.All(answers, a => Assert.Equal(HttpStatusCode.NoContent, a));
            return await site.RenewalCount(Account) >= 2;
        }, "the session was renewed twice");
        Assert.NotEqual(first, cookies.GetCookies(new Uri(site.Address, "/console"))["console"]!.Value);
    }

    [Fact]
    public async Task An_open_page_works_after_its_first_token_has_expired()
    {
        const string Account = "editor+operator;lasting=4";
        await using var editor = await site.SignedIn(Account);
        await editor.Open("/console", "Overview"); // this page polls by itself
        await Eventually.IsTrue(async () => await site.RenewalCount(Account) >= 3, "the session was renewed three times");
        await editor.Page.GetByRole(AriaRole.Link, new() { Name = "Articles", Exact = true }).ClickAsync();
        await editor.Page.GetByRole(AriaRole.Link, new() { Name = "New article" }).ClickAsync();
        // Exact: until the new page is shown, the search field of the list ("Title contains") is the only match for "Title".
        await editor.Page.GetByLabel("Title", new() { Exact = true }).FillAsync("Written long after");
        await editor.Page.Button("Save").ClickAsync();
        await editor.Page.Says("The draft is saved.");
    }

    [Theory]
    [InlineData("editor;norefresh;lasting=2")] // there is no refresh token
    [InlineData("editor;lasting=4;two")] // the account is closed
    public async Task A_session_that_cannot_be_renewed_ends_and_leads_to_the_sign_in_page(string account)
    {
        using var editor = await site.SignedIn(new CookieContainer(), account);
        Assert.Equal(HttpStatusCode.OK, (await editor.GetAsync("/console/articles", Cancelled)).StatusCode);
        await site.CloseAccount(account);
        await Eventually.IsTrue(
            async () =>
                (await editor.GetAsync("/console/articles", Cancelled)).Headers.Location is { } to
                && new Uri(site.Address, to).AbsolutePath == "/console/sign-in",
            "the session has ended");
    }

    [Fact]
    public async Task Signing_out_also_ends_copies_of_the_session()
    {
        var cookies = new CookieContainer();
        using var editor = await site.SignedIn(cookies, "editor");
        var copy = new CookieContainer();
        copy.Add(cookies.GetAllCookies());
        using var other = site.Client(copy);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/console/articles", Cancelled)).StatusCode);
        Assert.Equal(
            "/console/sign-in?left=true", (await editor.PostAsync("/console/sign-out", null, Cancelled)).Headers.Location?.OriginalString);
        using var refused = await other.GetAsync("/console/articles", Cancelled);
        Assert.Equal("/console/sign-in", new Uri(site.Address, refused.Headers.Location!).AbsolutePath);
    }
}
