using System.Text.RegularExpressions;
using Kit;
using Microsoft.Playwright;
using Xunit;

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
    public async Task The_front_page_is_small_and_has_no_layout_shift(string lang)
    {
        await using var visitor = await site.Visit();
        await visitor.Page.AddInitScriptAsync(
            "window.shift = 0; new PerformanceObserver(list => { for (const entry of list.getEntries()) window.shift += entry.value; "
            + "}).observe({ type: 'layout-shift', buffered: true });");
        await visitor.Page.GotoAsync($"/{lang}", new() { WaitUntil = WaitUntilState.NetworkIdle });

        Assert.InRange(await visitor.Page.EvaluateAsync<double>("window.shift"), 0, 0.01);
        var transferred =
            await visitor.Page.EvaluateAsync<int>(
                "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].reduce((sum, e) => sum + "
                + "e.transferSize, 0)");
        TestContext.Current.TestOutputHelper?.WriteLine($"/{lang}: {transferred} bytes");
        Assert.InRange(transferred, 1000, 200 * 1024);
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

    /// <summary>Currency codes, which are the same in every language.</summary>
    [GeneratedRegex(@"\b[A-Z]{3}\b")]
    private static partial Regex Codes();
}
