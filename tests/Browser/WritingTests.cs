using System.Text.RegularExpressions;
using Kit;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Browser;

/// <summary>Sending comments, reports of mistakes and messages to the editors.</summary>
public class WritingTests(Site site)
{
    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_comment_and_a_reply_can_be_posted_with_and_without_scripts(bool scripts)
    {
        await using var visitor = await site.Visit(new() { JavaScriptEnabled = scripts });
        var (page, words) = (visitor.Page, $"Words {Guid.CreateVersion7()}");
        await visitor.Go(await site.Article("en"));
        await page.GetByLabel("Your name").FillAsync("Ann <b>");
        await page.GetByLabel("Your comment").FillAsync(words);
        await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();

        await Expect(page).ToHaveURLAsync(new Regex("#comment-"));
        var comment = page.Locator("li[id^=comment-]", new() { HasText = words });
        await Expect(comment.Locator("b")).ToHaveTextAsync("Ann <b>");
        await comment.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^Reply to") }).ClickAsync();
        await Expect(page.Locator("#discussion")).ToContainTextAsync(words);
        await page.GetByLabel("Your name").FillAsync("Ben");
        await page.GetByLabel("Your comment").FillAsync($"Answer to {words}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();

        await Expect(page.Locator("li[id^=comment-] li[id^=comment-]", new() { HasText = $"Answer to {words}" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_comment_sent_twice_is_posted_once_and_one_with_many_links_is_held()
    {
        await using var visitor = await site.Visit(new() { JavaScriptEnabled = false });
        var (page, words) = (visitor.Page, $"Once {Guid.CreateVersion7()}");
        for (var i = 0; i < 2; i++)
        {
            await visitor.Go(await site.Article("en"));
            await page.GetByLabel("Your name").FillAsync("Ann");
            await page.GetByLabel("Your comment").FillAsync(words);
            await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
            await Expect(page.GetByText(words)).ToHaveCountAsync(1);
        }
        await page.GetByLabel("Your name").FillAsync("Ann");
        await page.GetByLabel("Your comment").FillAsync($"{words} http://a.example http://b.example http://c.example");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Thank you for your comment");
    }

    [Fact]
    public async Task A_rejected_comment_keeps_the_text()
    {
        await using var visitor = await site.Visit(new() { JavaScriptEnabled = false });
        var page = visitor.Page;
        visitor.Expected.Add(400);
        await visitor.Go(await site.Article("ru"));
        await page.GetByLabel("Ваше имя").FillAsync("Аня");
        await page.GetByLabel("Ваш комментарий").FillAsync("   ");
        await page.GetByRole(AriaRole.Button, new() { Name = "Отправить" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Укажите имя");
        await Expect(page.GetByLabel("Ваше имя")).ToHaveValueAsync("Аня");
    }

    [Fact]
    public async Task A_notification_of_replies_requires_an_email_address()
    {
        await using var visitor = await site.Visit(new() { JavaScriptEnabled = false });
        var (page, words) = (visitor.Page, $"Tell me {Guid.CreateVersion7()}");
        visitor.Expected.Add(400);
        await visitor.Go(await site.Article("en"));
        await page.GetByLabel("Your name").FillAsync("Ann");
        await page.GetByLabel("Your comment").FillAsync(words);
        await page.GetByLabel("E-mail me when someone replies").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("To be notified of replies, please enter a valid e-mail address.");
        await Expect(page.GetByLabel("E-mail me when someone replies")).ToBeCheckedAsync();
        await page.GetByLabel("E-mail (optional").FillAsync($"ann-{Guid.CreateVersion7():N}@example.org");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();

        await Expect(page.GetByText(words)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_form_from_another_site_is_rejected()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/en/contact")
        {
            Content = new FormUrlEncodedContent([new("text", "x")]),
            Headers = { { "Origin", "https://other.example" } },
        };
        using var answer = await site.Platform.Reader.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task A_new_comment_appears_without_reloading_the_page()
    {
        var id = Site.Memorandum;
        await using var visitor = await site.Visit();
        var (page, words) = (visitor.Page, $"Arrives {Guid.CreateVersion7()}");
        var told = $"id: 1\nevent: comment\ndata: {{\"change\":\"posted\",\"articleId\":\"{id}\"}}\n\n";
        var posted = new TaskCompletionSource();
        await page.RouteAsync("**/api/live*", async route =>
        {
            await posted.Task;
            await route.FulfillAsync(new() { ContentType = "text/event-stream", Body = told + "retry: 600000\n\n" });
        });
        await visitor.Go(await site.Article("en"));
        using var comment = await site.Platform.Reader.PostAsync(
            $"/api/articles/{id}/comments",
            System.Net.Http.Json.JsonContent.Create(new { author = "Ann", text = words }),
            TestContext.Current.CancellationToken);
        Assert.True(comment.IsSuccessStatusCode);
        posted.SetResult();

        await Expect(page.GetByText(words)).ToBeVisibleAsync();
        await Expect(page.Locator("#arrived")).ToHaveTextAsync("A new comment was posted.");
    }

    [Fact]
    public async Task A_mistake_is_reported_with_the_keyboard_on_a_cached_page()
    {
        await using var visitor = await site.Visit();
        var page = visitor.Page;
        var article = await site.Article("en");
        await Eventually.IsTrue(
            async () => (await (await visitor.Go(article)).AllHeadersAsync())["cache-status"] == "gateway; hit",
            "the page comes from the cache");
        await Select(page, ".body p", 0, 30);
        await page.Keyboard.PressAsync("Control+Enter");

        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "Report a mistake" });
        await Expect(dialog).ToBeVisibleAsync();
        await page.Keyboard.TypeAsync("A word is wrong here");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Expect(dialog).ToContainTextAsync("Thank you!");
        await page.Keyboard.PressAsync("Escape");
        await Expect(dialog).ToBeHiddenAsync();
        using var editor = await site.Platform.SignedIn("editor");
        Assert.Contains(
            "A word is wrong here",
            await editor.GetStringAsync("/api/feedback/typos?status=open&limit=100", TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistake_can_be_reported_before_the_server_has_sent_its_limits()
    {
        await using var visitor = await site.Visit();
        var (page, said) = (visitor.Page, new TaskCompletionSource());
        await page.RouteAsync("**/api/feedback/limits", async route => { await said.Task; await route.ContinueAsync(); });
        await visitor.Go(await site.Article("en"));
        await Select(page, ".body p", 0, 24);
        await page.Keyboard.PressAsync("Control+Enter");

        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "Report a mistake" });
        await Expect(dialog).ToBeVisibleAsync();
        var words = $"Typed at once {Guid.CreateVersion7():N}";
        await page.Keyboard.TypeAsync(words);
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        said.SetResult();
        await Expect(dialog).ToContainTextAsync("Thank you!");
        using var editor = await site.Platform.SignedIn("editor");
        Assert.Contains(
            words,
            await editor.GetStringAsync("/api/feedback/typos?status=open&limit=100", TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_selection_that_is_too_long_is_rejected_in_the_dialog()
    {
        await using var visitor = await site.Visit();
        await visitor.Go(await site.Article("ru"));
        await visitor.Page.EvaluateAsync("getSelection().selectAllChildren(document.querySelector('.body'))");
        await visitor.Page.Keyboard.PressAsync("Control+Enter");

        await Expect(visitor.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Выделенный текст слишком длинный.");
        await Expect(visitor.Page.Locator("#typo-send")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task On_touch_screens_a_button_appears_for_the_selection()
    {
        await using var visitor = await site.Visit(
            new() { HasTouch = true, IsMobile = true, ViewportSize = new() { Width = 390, Height = 844 } });
        await visitor.Go(await site.Article("en"));
        await Select(visitor.Page, ".body p", 0, 20);
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Report a mistake" }).TapAsync();

        await Expect(visitor.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_message_to_the_editors_gets_a_reference_number(bool scripts)
    {
        await using var visitor = await site.Visit(new() { JavaScriptEnabled = scripts });
        var page = visitor.Page;
        await visitor.Go("/en/contact");
        await page.GetByLabel("Subject", new() { Exact = true }).SelectOptionAsync("technical");
        await page.GetByLabel("Your name").FillAsync("Ann");
        await page.GetByLabel("Your e-mail").FillAsync("ann@example.org");
        await page.GetByLabel("Your message").FillAsync($"Hello {Guid.CreateVersion7()}");
        await page.GetByLabel("I agree").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Message sent");
        await Expect(page.Locator("main b")).Not.ToBeEmptyAsync();
    }

    private static Task<System.Text.Json.JsonElement?> Select(IPage page, string selector, int from, int to) => page.EvaluateAsync(
        """
        ([selector, from, to]) => {
          const text = document.createTreeWalker(document.querySelector(selector), NodeFilter.SHOW_TEXT).nextNode();
          getSelection().setBaseAndExtent(text, from, text, to);
        }
        """, new object[] { selector, from, to });
}
