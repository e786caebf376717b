using System.Text.RegularExpressions;
using Kit;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Browser;

/// <summary>Reading articles, searching, rates, states and favourites.</summary>
public class ReadingTests(Site site)
{
    [Fact]
    public async Task A_reader_goes_from_the_front_page_to_an_article_its_translation_and_its_print_version()
    {
        await using var visitor = await site.Visit(new() { Locale = "ru-RU" });
        var page = visitor.Page;
        await visitor.Go("/");
        Assert.EndsWith("/ru", page.Url, StringComparison.Ordinal);

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Выбор редакции" })).ToBeVisibleAsync();
        await Expect(page.Locator("section:has(> #featured) li")).ToHaveCountAsync(3);
        await Expect(page.Locator(".clock").First).ToHaveTextAsync(new Regex("^\\d\\d:\\d\\d$"));
        await Expect(page.GetByRole(AriaRole.Img, new() { NameRegex = new Regex("CNY") })).ToBeVisibleAsync();
        const string Title = "ШОС и Красный Крест подписали меморандум в Астане";
        await page.Locator("section:has(> #discussed)").GetByRole(AriaRole.Link, new() { NameRegex = new Regex(Title) }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(Title);
        await page.Locator(".languages").GetByRole(AriaRole.Link, new() { Name = "English" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(
            "SCO and the Red Cross sign a memorandum in Astana");
        await page.GetByRole(AriaRole.Link, new() { Name = "Print" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Navigation)).ToHaveCountAsync(0);
        await Expect(page.GetByText("https://www.icrc.org/")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Search_results_show_the_matches_highlighted()
    {
        await using var visitor = await site.Visit();
        await visitor.Go("/en");
        await visitor.Page.GetByRole(AriaRole.Searchbox).FillAsync("memorandum");
        await visitor.Page.Keyboard.PressAsync("Enter");

        await Expect(visitor.Page.Locator("mark").First).ToHaveTextAsync(new Regex("memorandum", RegexOptions.IgnoreCase));
        await visitor.Page.Locator("main .cards a").First.ClickAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("memorandum");
    }

    [Fact]
    public async Task A_search_with_a_typing_error_shows_the_results_of_the_right_word_and_can_be_narrowed()
    {
        await using var visitor = await site.Visit();
        var page = visitor.Page;
        await visitor.Go("/en/search?q=memorandun");
        await Expect(page.Locator(".found").First).ToContainTextAsync("memorandum");
        await Expect(page.Locator("main mark").First).ToHaveTextAsync(new Regex("memorandum", RegexOptions.IgnoreCase));
        await page.GetByText("Narrow the results").ClickAsync();
        await page.Locator(".facets").GetByRole(AriaRole.Link, new() { Name = "2017" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("from=2017-01-01&to=2017-12-31"));
        await Expect(page.Locator(".facets a[aria-current]", new() { HasText = "2017" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Search exactly as typed" }).ClickAsync();
        await Expect(page.Locator("main .cards")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Words_are_suggested_while_a_reader_types()
    {
        await using var visitor = await site.Visit();
        await visitor.Go("/en");
        await visitor.Page.GetByRole(AriaRole.Searchbox).PressSequentiallyAsync("memor");
        await Expect(visitor.Page.Locator("#q-suggestions option[value=memorandum]")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task The_converter_and_the_history_show_results()
    {
        await using var visitor = await site.Visit();
        var page = visitor.Page;
        await visitor.Go("/en/rates?date=2025-04-05");
        await Expect(page.GetByRole(AriaRole.Row, new() { NameRegex = new Regex("^CNY") })).ToContainTextAsync("11.");
        await page.GetByLabel("Amount").FillAsync("100");
        await page.Locator("select#from").SelectOptionAsync("USD");
        await page.Locator("select#to").SelectOptionAsync("CNY");
        await page.GetByRole(AriaRole.Button, new() { Name = "Convert" }).ClickAsync();

        await Expect(page.Locator(".result")).ToContainTextAsync("100 USD =");
        await Expect(page.GetByRole(AriaRole.Img, new() { NameRegex = new Regex("CNY") })).ToBeVisibleAsync();
        Assert.Contains("date=2025-04-05", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rate_change_refers_to_the_same_number_of_units_as_the_rate()
    {
        await using var visitor = await site.Visit();
        await visitor.Go("/en/rates?date=2025-04-05");
        // The day before: 65.3372 roubles for 10,000.
        await Expect(visitor.Page.GetByRole(AriaRole.Row, new() { NameRegex = new Regex(@"^UZS .* 10,000 65\.2280 \u22120\.1092$") }))
            .ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_states_are_shown_as_of_a_date()
    {
        await using var visitor = await site.Visit();
        await visitor.Go("/en/states?asOf=2020-01-15");

        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "Observer states" })).ToBeVisibleAsync();
        await Expect(visitor.Page.Locator("section:has(> #group-observer)")).ToContainTextAsync("Iran");
        await Expect(visitor.Page.Locator("section:has(> #group-member)")).ToContainTextAsync("Nur-Sultan");
    }

    [Fact]
    public async Task An_article_is_added_to_the_favourites_of_the_browser()
    {
        await using var visitor = await site.Visit();
        var page = visitor.Page;
        await visitor.Go(await site.Article("en"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Add to favourites" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Remove from favourites" }))
            .ToHaveAttributeAsync("aria-pressed", "true");

        await visitor.Go("/en/favourites");
        await Expect(page.Locator("#favourites a")).ToHaveTextAsync("SCO and the Red Cross sign a memorandum in Astana");
        await page.Locator("#favourites button").ClickAsync();
        await Expect(page.Locator("#favourites")).ToHaveTextAsync(
            "Nothing saved yet. Choose “Add to favourites” on any article to keep it here.");
    }

    [Fact]
    public async Task The_chosen_theme_is_remembered()
    {
        await using var visitor = await site.Visit(new() { ColorScheme = ColorScheme.Light });
        await visitor.Go("/en");
        var button = visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Dark" });
        await button.ClickAsync();
        await visitor.Go("/en/rates");

        await Expect(button).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.Equal("rgb(18, 24, 26)", await visitor.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
    }

    [Fact]
    public async Task A_missing_page_is_reported_in_the_readers_language()
    {
        await using var visitor = await site.Visit();
        visitor.Expected.Add(404);
        foreach (var path in new[]
        {
            "/ru/nothing",
            "/ru/articles/no-such-article",
            "/ru/sections/no-such-section",
            "/ru/archive/2020-13",
            "/ru/contact/0196a000-0000-7000-8000-00000000ffff",
        })
        {
            Assert.Equal(404, (await visitor.Go(path)).Status);
            await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Страница не найдена");
            await Expect(visitor.Page.Locator("main").GetByRole(AriaRole.Searchbox)).ToBeVisibleAsync();
        }
        await visitor.Go("/ru/nothing");
        await Expect(visitor.Page.Locator("section:has(> #latest) li")).ToHaveCountAsync(5);
        using var api = await site.Platform.Reader.GetAsync("/api/nothing", TestContext.Current.CancellationToken);
        Assert.Equal("application/problem+json", api.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Dates_are_in_the_sites_time_zone_and_times_show_their_offset()
    {
        var id = Guid.CreateVersion7();
        using var editor = await site.Platform.SignedIn("editor");
        await editor.Send(HttpMethod.Put, $"/api/articles/{id}", new
        {
            section = "news",
            translations = new { en = new { title = $"Night {id:N}", body = "<p>Late</p>" } },
        });
        await editor.Send(HttpMethod.Post, $"/api/articles/{id}/publish", new { publishedAt = "1999-12-31T16:30:00Z" });
        await using var visitor = await site.Visit(new() { JavaScriptEnabled = false });
        await visitor.Go(await site.Article("en", id));
        await Expect(visitor.Page.Locator("article header time").First).ToHaveTextAsync("1 January 2000, 00:30 UTC+8");
        await visitor.Go("/en/archive/2000-01");
        await Expect(visitor.Page.GetByRole(AriaRole.Link, new() { Name = $"Night {id:N}" })).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData("en", "Europe/Moscow", "13 June 2017, 10:10 UTC+3", "Moscow Standard Time")]
    [InlineData("ru", "Asia/Kolkata", "13 июня 2017, 12:40 UTC+5:30", "Индия")]
    [InlineData("zh", "UTC", "2017年6月13日 07:10 UTC", "协调世界时")]
    [InlineData("en", "America/St_Johns", "13 June 2017, 04:40 UTC\u22122:30", "Newfoundland Daylight Time")]
    public async Task With_scripts_times_are_in_the_readers_time_zone_which_is_named(string lang, string zone, string shown, string name)
    {
        await using var visitor = await site.Visit(new() { TimezoneId = zone });
        await visitor.Go(await site.Article(lang));
        var time = visitor.Page.Locator("article header time").First;

        await Expect(time).ToHaveTextAsync(shown);
        await Expect(time).ToHaveAttributeAsync("datetime", "2017-06-13T07:10:00Z");
        Assert.Contains(name, await time.GetAttributeAsync("title") ?? "", StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_address_of_an_article_is_copied_or_sent_to_other_sites()
    {
        await using var visitor = await site.Visit(new() { Permissions = ["clipboard-read", "clipboard-write"] });
        var page = visitor.Page;
        await visitor.Go(await site.Article("en"));
        var canonical = (await page.Locator("link[rel=canonical]").GetAttributeAsync("href"))!;
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy link" }).ClickAsync();

        await Expect(page.Locator("#copied")).ToHaveTextAsync("Link copied");
        Assert.Equal(canonical, await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Telegram" })).ToHaveAttributeAsync(
            "href", new Regex(Regex.Escape(Uri.EscapeDataString(canonical))));
        await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "You are here" }).GetByRole(AriaRole.Link).Last)
            .ToHaveAttributeAsync("href", "/en/sections/news");
    }

    [Fact]
    public async Task Reading_an_article_is_counted_once_in_a_tab_and_without_cookies()
    {
        var (id, _) = await site.Published();
        var article = await site.Article("en", id);
        await using var visitor = await site.Visit();
        var counted = await visitor.Page.RunAndWaitForResponseAsync(
            () => visitor.Go(article), r => r.Url.EndsWith("/reads", StringComparison.Ordinal), new() { Timeout = 60_000 });

        Assert.Equal(204, counted.Status);
        Assert.Null(counted.Request.PostData);
        Assert.Empty(await visitor.Page.Context.CookiesAsync());
        Assert.Equal("1", await visitor.Page.EvaluateAsync<string>($"sessionStorage.getItem('read-{id}')"));
        await Eventually.IsTrue(
            async () => (await site.Platform.Reader.Read("/api/most-read?limit=100"))["items"]!.AsArray().Any(i => (Guid)i!["id"]! == id),
            "the list contains the article when the cached one expires",
            RunningPlatform.Patience);
    }

    [Fact]
    public async Task The_text_of_an_article_is_centred_in_lines_of_a_readable_length()
    {
        await using var visitor = await site.Visit(new() { ViewportSize = new() { Width = 1440, Height = 900 } });
        await visitor.Go(await site.Article("en"));
        var box = await visitor.Page.Locator(".body p").First.BoundingBoxAsync();
        Assert.InRange(box!.X + box.Width / 2, 700, 740);
        // About 70 with the fonts of common systems; those of this machine may be wider.
        var characters = await visitor.Page.EvaluateAsync<double>("""
            (() => {
              const text = document.querySelector(".body p"), range = document.createRange();
              range.selectNodeContents(text);
              const lines = new Set([...range.getClientRects()].map(r => Math.round(r.bottom / 10))).size;
              return text.textContent.length / lines;
            })()
            """);
        Assert.InRange(characters, 50, 80);
    }

    [Fact]
    public async Task The_favicon_exists_and_the_start_page_answers_HEAD_requests()
    {
        using var icon = await site.Platform.Reader.GetAsync("/favicon.ico", TestContext.Current.CancellationToken);
        Assert.Equal((200, "image/x-icon"), ((int)icon.StatusCode, icon.Content.Headers.ContentType?.MediaType));
        using var start = await site.Platform.Reader.SendAsync(
            new HttpRequestMessage(HttpMethod.Head, "/"), TestContext.Current.CancellationToken);
        Assert.NotEqual(404, (int)start.StatusCode);
    }
}
