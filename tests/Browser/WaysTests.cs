using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Browser;

/// <summary>Navigation between reader pages: sections, older articles, related articles and feeds.</summary>
public class WaysTests(Site site)
{
    [Fact]
    public async Task The_front_page_shows_sections_rates_clocks_by_group_and_SCO_bodies()
    {
        await using var visitor = await site.Visit();
        var page = visitor.Page;
        await visitor.Go("/en");

        var rates = page.GetByRole(AriaRole.Table, new() { Name = "rates" });
        foreach (var code in new[] { "CNY", "KZT", "INR" })
            await Expect(rates.GetByRole(AriaRole.Row, new() { NameRegex = new Regex($"^{code} [\\d.]+ [+\u2212\u2014]") }))
                .ToBeVisibleAsync();
        var clocks = page.Locator("section:has(> #clocks)");
        await Expect(clocks.GetByRole(AriaRole.Heading, new() { Level = 3 })).ToContainTextAsync(["Member states"]);
        await Expect(clocks.Locator("ul").First.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Astana" }).Locator(".clock"))
            .ToHaveTextAsync(new Regex("^\\d\\d:\\d\\d$"));
        var bodies = page.Locator("section:has(> #bodies) a");
        foreach (var body in new[] { "Secretariat", "Business Council", "Interbank" })
            await Expect(bodies.Filter(new() { HasText = body })).ToHaveAttributeAsync("href", new Regex("^https?://"));

        await page.GetByRole(AriaRole.Heading, new() { Name = "Analytics", Exact = true }).GetByRole(AriaRole.Link).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Analytics");
        await Expect(page.Locator("main .cards a").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_front_page_begins_with_a_lead_story_and_every_article_in_a_list_has_a_picture_or_a_drawing()
    {
        await using var visitor = await site.Visit(new() { JavaScriptEnabled = false });
        var page = visitor.Page;
        await visitor.Go("/en");

        var lead = page.Locator("section:has(> #featured) li").First;
        await Expect(lead.Locator(".picture :is(img, svg)")).ToBeVisibleAsync();
        var (wide, other) = (await lead.BoundingBoxAsync(), page.Locator("section:has(> #section-news) li").First);
        Assert.True(wide!.Width > 1.5 * (await other.BoundingBoxAsync())!.Width, "the lead story is wider than the other articles");
        await Expect(page.Locator("section:has(> #latest) li")).ToHaveCountAsync(6);
        await Expect(page.Locator("section:has(> #section-news) li")).ToHaveCountAsync(3);
        await visitor.Go("/en/articles");
        await Expect(page.Locator("main .cards .card:not(:has(.picture :is(img, svg)))")).ToHaveCountAsync(0);
        await Expect(page.Locator("main .cards .card").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Older_articles_are_reachable_page_by_page_and_by_month()
    {
        await using var visitor = await site.Visit();
        var page = visitor.Page;
        await visitor.Go("/en/articles");
        var newest = await page.Locator("main .cards h2").AllTextContentsAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Older articles" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("cursor="));
        Assert.Empty(newest.Intersect(await page.Locator("main .cards h2").AllTextContentsAsync()));

        await page.GetByRole(AriaRole.Link, new() { Name = "Archive", Exact = true }).First.ClickAsync();
        await page.Locator("section:has(#year-2017)").GetByRole(AriaRole.Link, new() { Name = "June" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("June 2017");
        await page.GetByRole(AriaRole.Link, new() { Name = "SCO and the Red Cross sign a memorandum in Astana" }).ClickAsync();
        await Expect(page.Locator("article time").First).ToHaveAttributeAsync("datetime", new Regex("^2017-06-"));
    }

    [Fact]
    public async Task An_article_shows_its_corrections_and_links_to_related_articles_and_tags()
    {
        var (other, otherTitle) = await site.Published();
        var (id, title) = await site.Published();
        using var editor = await site.Platform.SignedIn("editor");
        await editor.Send(
            HttpMethod.Put,
            $"/api/articles/{id}",
            new
            {
                section = "news",
                tags = new[] { "council" },
                related = new[] { other },
                translations = new { en = new { title, lead = "In short", body = "<p>The council met.</p>" } },
            });
        await editor.Send(HttpMethod.Post, $"/api/articles/{id}/publish", new { correction = "It met in Astana." });
        await using var visitor = await site.Visit();
        var page = visitor.Page;
        await visitor.Go(await site.Article("en", id));

        await Expect(page.Locator("section:has(> #corrections) li")).ToContainTextAsync("It met in Astana.");
        await Expect(page.Locator("section:has(> #related) a")).ToHaveTextAsync(otherTitle);
        await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "More in this section" }).GetByRole(AriaRole.Link).First)
            .ToBeVisibleAsync();
        await page.GetByRole(AriaRole.List, new() { Name = "Tags" }).GetByRole(AriaRole.Link, new() { Name = "council" }).ClickAsync();
        await Expect(page.Locator("main .cards")).ToContainTextAsync(title);
    }

    [Fact]
    public async Task Every_listed_feed_and_the_manifest_can_be_loaded()
    {
        await using var visitor = await site.Visit();
        var page = visitor.Page;
        await visitor.Go("/ru/feeds");
        var feeds = await page.Locator("main table a").EvaluateAllAsync<string[]>("all => all.map(a => a.getAttribute('href'))");
        Assert.True(feeds.Length >= 9, string.Join(' ', feeds));
        foreach (var feed in feeds)
        {
            var answer = await page.APIRequest.GetAsync(feed);
            Assert.True(answer.Ok, feed);
            Assert.Contains(
                feed.Contains(".json", StringComparison.Ordinal) ? "json" : "xml",
                answer.Headers["content-type"],
                StringComparison.Ordinal);
        }
        var manifest = JsonNode.Parse(
            await (await page.APIRequest.GetAsync((await page.Locator("link[rel=manifest]").GetAttributeAsync("href"))!)).TextAsync())!;
        Assert.Equal("ru", (string?)manifest["lang"]);
        foreach (var icon in manifest["icons"]!.AsArray())
            Assert.True((await page.APIRequest.GetAsync((string)icon!["src"]!)).Ok, icon.ToString());
    }
}
