using System.Text.RegularExpressions;
using Kit;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Browser;

/// <summary>Rules for every reader page, in each language.</summary>
public partial class PageTests(Site site)
{
    public static TheoryData<string> Languages { get; } = [.. Site.Languages];

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task No_page_violates_WCAG_in_light_or_dark(string lang)
    {
        await using var visitor = await site.Visit();
        var violations = new List<string>();
        foreach (var path in await site.Pages(lang))
        {
            Assert.Equal(200, (await visitor.Go(path)).Status);
            // Colours do not depend on the language.
            foreach (var scheme in lang == "en" ? new[] { ColorScheme.Light, ColorScheme.Dark } : [ColorScheme.Light])
            {
                await visitor.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
                violations.AddRange(await visitor.Page.Violations($"{path} ({scheme})"));
            }
        }
        Assert.Empty(violations);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task A_page_is_in_one_language_except_for_names_and_user_content(string lang)
    {
        await using var visitor = await site.Visit();
        var foreign = Scripts.ForeignTo(lang);
        var strange = new List<string>();
        foreach (var path in (await site.Pages(lang)).Append($"/{lang}/nothing-here"))
        {
            visitor.Expected.Add(404);
            await visitor.Go(path);
            var texts = await visitor.Page.EvaluateAsync<string[]>("""
                lang => {
                  const untranslated = `script, style, noscript, [translate="no"], .written, [lang]:not([lang="${lang}"]), option`;
                  const skipped = node => node.closest(untranslated);
                  const texts = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                  while (walker.nextNode()) {
                    const { nodeValue, parentElement } = walker.currentNode;
                    if (nodeValue.trim() && !skipped(parentElement)) texts.push(nodeValue.trim());
                  }
                  for (const element of document.querySelectorAll("[aria-label], [placeholder], [alt]"))
                    if (!skipped(element) && !element.closest(".comments"))
                      texts.push(element.getAttribute("aria-label") ?? element.getAttribute("placeholder") ?? element.alt);
                  return texts;
                }
                """, lang);
            Assert.True(texts.Length > 5 || path.EndsWith("/print", StringComparison.Ordinal), $"{path} has almost no text");
            strange.AddRange(texts.Where(t => foreign.IsMatch(Codes().Replace(t, ""))).Select(t => $"{path}: {t}"));
        }
        Assert.Empty(strange);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task A_page_has_at_most_100_kB_without_pictures_and_no_layout_shift(string lang)
    {
        foreach (var path in new[] { $"/{lang}", await site.Article(lang) })
        {
            await using var visitor = await site.Visit();
            await visitor.Page.AddInitScriptAsync(
                "window.shift = 0; new PerformanceObserver(list => { for (const entry of list.getEntries()) window.shift += entry.value; "
                + "}).observe({ type: 'layout-shift', buffered: true });");
            await visitor.Page.GotoAsync(path, new() { WaitUntil = WaitUntilState.DOMContentLoaded });
            // An article keeps a live stream open, so its network is never idle.
            await Eventually.IsTrue(
                () => visitor.Page.EvaluateAsync<bool>("document.readyState === 'complete' && document.fonts.status === 'loaded'"),
                "the page is loaded");

            Assert.InRange(await visitor.Page.EvaluateAsync<double>("window.shift"), 0, 0.01);
            var transferred =
                await visitor.Page.EvaluateAsync<int>(
                    "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
                    + ".filter(e => e.initiatorType !== 'img').reduce((sum, e) => sum + e.transferSize, 0)");
            TestContext.Current.TestOutputHelper?.WriteLine($"{path}: {transferred} bytes");
            Assert.InRange(transferred, 1000, 100 * 1000);
        }
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task A_page_tells_search_engines_and_other_sites_what_it_is(string lang)
    {
        await using var visitor = await site.Visit();
        var described = new Dictionary<string, string>();
        foreach (var path in await site.Pages(lang))
        {
            await visitor.Go(path);
            if (await visitor.Page.Locator("meta[name=robots]").CountAsync() > 0) continue;
            var canonical = await visitor.Page.Locator("link[rel=canonical]").GetAttributeAsync("href");
            Assert.True(Uri.TryCreate(canonical, UriKind.Absolute, out var address) && address.Query.Length == 0, $"{path}: {canonical}");
            Assert.EndsWith(Uri.UnescapeDataString(path.Split('?')[0]), Uri.UnescapeDataString(canonical!), StringComparison.Ordinal);
            foreach (var other in await visitor.Page.Locator("link[rel=alternate][hreflang]").AllAsync())
                Assert.Matches("^https?://", await other.GetAttributeAsync("href") ?? "");
            foreach (var property in new[] { "og:title", "og:url", "og:site_name" })
                await Expect(visitor.Page.Locator($"meta[property='{property}']")).ToHaveAttributeAsync("content", AnyText());
            var description = await visitor.Page.Locator("meta[name=description]").GetAttributeAsync("content");
            Assert.True(described.TryAdd(description!, path), $"{path} has the same description as {described[description!]}");
        }
        Assert.InRange(described.Count, 8, 20);
    }

    [Fact]
    public async Task Headlines_are_in_the_fonts_of_the_site_which_browsers_keep()
    {
        await using var visitor = await site.Visit();
        await visitor.Go("/ru");
        await Eventually.IsTrue(
            () => visitor.Page.EvaluateAsync<bool>(
                "document.fonts.size === 2 && [...document.fonts].every(f => /Source Serif 4/.test(f.family) && f.status === 'loaded')"),
            "the fonts are loaded");
        foreach (var font in await visitor.Page.Locator("link[rel=preload][as=font]").AllAsync())
        {
            using var file = await site.Platform.Reader.GetAsync(
                await font.GetAttributeAsync("href"), TestContext.Current.CancellationToken);
            Assert.Equal((200, "font/woff2"), ((int)file.StatusCode, file.Content.Headers.ContentType?.MediaType));
            Assert.Equal("max-age=31536000, immutable", file.Headers.CacheControl?.ToString());
        }
    }

    [Fact]
    public async Task Static_files_are_compressed_and_cached_by_the_browser()
    {
        await using var visitor = await site.Visit();
        var (first, articles) = (await site.Article("en"), await site.Platform.Reader.Read("/api/articles?lang=en"));
        var second = articles["items"]!.AsArray().Select(a => $"/en/articles/{a!["slug"]}").First(a => a != first);
        var styles = await visitor.Page.RunAndWaitForResponseAsync(
            () => visitor.Go(first), r => r.Url.EndsWith(".css", StringComparison.Ordinal));
        var headers = await styles.AllHeadersAsync();
        await visitor.Go(second);

        Assert.Equal("max-age=31536000, immutable", headers["cache-control"]);
        Assert.True(headers.ContainsKey("content-encoding"), "the style sheet is sent compressed");
        Assert.InRange((await styles.Request.SizesAsync()).ResponseBodySize, 500, 5000);
        var transferred = await visitor.Page.EvaluateAsync<int>(
            "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
            + ".reduce((sum, e) => sum + e.transferSize, 0)");
        Assert.InRange(transferred, 1000, 12 * 1024);
    }

    [Theory]
    [InlineData(360), InlineData(768), InlineData(1440)]
    public async Task Nothing_is_wider_than_the_screen(int width)
    {
        await using var visitor = await site.Visit(new() { ViewportSize = new() { Width = width, Height = 800 } });
        foreach (var path in await site.Pages("ru"))
        {
            await visitor.Go(path);
            Assert.True(await visitor.FitsTheScreen(), $"{path} must be scrolled horizontally at {width} pixels");
        }
    }

    [Fact]
    public async Task A_long_unbroken_word_does_not_widen_a_page()
    {
        var word = new string('W', 60);
        var (first, second) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        using var editor = await site.Platform.SignedIn("editor");
        foreach (var (id, day) in new[] { (first, 1), (second, 2) })
        {
            await editor.Send(HttpMethod.Put, $"/api/articles/{id}", new
            {
                section = "news",
                tags = new[] { word[..40].ToLowerInvariant() },
                translations = new { en = new { title = $"{word} {id}", lead = word, body = $"<h2>{word}</h2><p>{word}</p>" } },
            });
            await editor.Send(HttpMethod.Post, $"/api/articles/{id}/publish", new { publishedAt = $"1998-03-0{day}T00:00:00Z" });
        }
        await site.MayBeDiscussed(first);
        await site.Post(first, $"{word} {word}");
        await using var visitor = await site.Visit(new() { ViewportSize = new() { Width = 360, Height = 800 } });
        string[] paths = [await site.Article("en", first), await site.Article("en", second), "/en/archive/1998-03", $"/en/search?q={word}"];
        foreach (var path in paths)
        {
            await visitor.Go(path);
            Assert.True(await visitor.FitsTheScreen(), $"{path} must be scrolled horizontally");
        }
    }

    [Fact]
    public async Task Pages_are_cached_by_the_gateway_and_error_pages_are_not()
    {
        await using var visitor = await site.Visit();
        foreach (var path in await site.Pages("en"))
        {
            // The browser revalidates each time. The response comes from the gateway's cache as soon as no other test changes its content.
            await Eventually.IsTrue(
                async () =>
                    await visitor.Go(path) is { Status: 200 or 304 } page
                    && (await page.AllHeadersAsync())["cache-status"] == "gateway; hit",
                $"{path} comes from the cache");
        }
        visitor.Expected.Add(404);
        Assert.Equal("no-store", (await (await visitor.Go("/en/nothing-here")).AllHeadersAsync())["cache-control"]);
    }

    [GeneratedRegex(".")]
    private static partial Regex AnyText();

    /// <summary>Currency codes, which are the same in every language.</summary>
    [GeneratedRegex(@"\b[A-Z]{3}\b")]
    private static partial Regex Codes();
}
