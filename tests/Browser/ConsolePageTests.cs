using System.Text.RegularExpressions;
using Kit;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Browser;

/// <summary>Rules for every page of the console, in each language.</summary>
public partial class ConsolePageTests(Site site)
{
    private static readonly string[] Pages =
    [
        "/console",
        "/console/failures",
        "/console/replays",
        "/console/events?service=comments",
        $"/console/events/stream?service=articles&stream=article-{Site.Memorandum}&version=2",
        "/console/audit",
        "/console/nothing-here",
        "/console/denied",
    ];

    [Theory]
    [InlineData("en"), InlineData("ru"), InlineData("zh")]
    public async Task No_page_violates_WCAG_in_light_or_dark_and_each_is_in_one_language(string lang)
    {
        await using var visitor = await site.Staff(options: new() { ColorScheme = ColorScheme.Light });
        var (violations, strange) = (new List<string>(), new List<string>());
        var pages = await All();
        await visitor.Speak(lang);
        foreach (var path in pages)
        {
            await visitor.Desk(path);
            strange.AddRange(
                (await visitor.Page.EvaluateAsync<string[]>(Texts)).Where(t => Scripts.ForeignTo(lang).IsMatch(Names().Replace(t, "")))
                    .Select(t => $"{path}: {t}"));
            violations.AddRange(await visitor.Page.Violations($"{path} (light)"));
            // Colours do not depend on the language.
            if (lang == "en") await visitor.InDarkTheme(async () => violations.AddRange(await visitor.Page.Violations($"{path} (dark)")));
        }
        Assert.True(violations.Count == 0, string.Join('\n', violations));
        Assert.True(strange.Count == 0, string.Join('\n', strange.Distinct()));
    }

    [Theory]
    [InlineData(360), InlineData(768), InlineData(1440)]
    public async Task Nothing_is_wider_than_the_screen(int width)
    {
        await using var visitor = await site.Staff(options: new() { ViewportSize = new() { Width = width, Height = 800 } });
        var folder = Environment.GetEnvironmentVariable("SCREENSHOTS");
        foreach (var path in await All())
        {
            await visitor.Desk(path);
            if (folder is not null)
                await visitor.Page.ScreenshotAsync(
                    new() { Path = Path.Combine(folder, $"{path.Split('?')[0].Replace('/', '-')}-{width}.png"), FullPage = true });
            Assert.True(await visitor.FitsTheScreen(), $"{path} must be scrolled horizontally at {width} pixels");
        }
    }

    [Fact]
    public async Task A_replay_can_be_started_with_the_keyboard_alone()
    {
        await using var visitor = await site.Visit();
        var (page, keys) = (visitor.Page, visitor.Page.Keyboard);
        await page.GotoAsync(await site.Platform.SignInLink("admin"));
        await Until("Sign in");
        await keys.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Overview");
        await Until("Replays");
        await keys.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeFocusedAsync();
        await Until("New replay");
        await keys.PressAsync("Enter");
        await Expect(page.GetByLabel("Service")).ToBeVisibleAsync();
        await Until("Reason");
        await keys.TypeAsync("By keyboard");
        await keys.PressAsync("Enter");
        await Expect(page.Locator(".written", new() { HasText = "By keyboard" })).ToBeVisibleAsync();

        async Task Until(string name)
        {
            for (var i = 0; i < 60; i++)
            {
                await keys.PressAsync("Tab");
                if (await page.EvaluateAsync<bool>(
                    "name => { const e = document.activeElement; return (e.labels?.[0] ?? e).innerText?.trim() === name && "
                    + "e.matches(':focus-visible') && e.checkVisibility(); }",
                    name)) return;
            }
            Assert.Fail($"{name} cannot be reached with the Tab key");
        }
    }

    [Fact]
    public async Task The_first_tab_stop_skips_the_navigation()
    {
        await using var visitor = await site.Staff("operator");
        await visitor.Open("/console/replays", "Replays");
        // After navigation the heading has the focus. Seen from the top of the page, the skip link is the first tab stop.
        await visitor.Page.EvaluateAsync("document.querySelector('a, button').focus()");
        await Expect(visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Skip to content" })).ToBeFocusedAsync();
        await visitor.Page.Keyboard.PressAsync("Enter");
        await Expect(visitor.Page.Locator("main")).ToBeFocusedAsync();
    }

    /// <summary>All pages, including that of a completed replay.</summary>
    private async Task<IEnumerable<string>> All() => Pages.Concat(await site.Once("replay", Replayed));

    private async Task<string[]> Replayed()
    {
        await using var visitor = await site.Staff("admin");
        await ConsoleReplayTests.Ask(visitor, "feedback", "readModel:contact-ticket", "verify", $"For a test {Guid.CreateVersion7()}");
        await Expect(visitor.Page.GetByText("The read model matches its events.")).ToBeVisibleAsync();
        return [new Uri(visitor.Page.Url).PathAndQuery];
    }

    /// <summary>Names that are the same in every language: UTC, and the target of a replay in the label of its progress bar.</summary>
    [GeneratedRegex(@"UTC|(readModel|bus):\S+")]
    private static partial Regex Names();

    private const string Texts = """
        () => {
          const untranslated = `script, style, noscript, [translate="no"], .written, code, pre, time, h1, option, [lang]:not(html)`;
          const skipped = node => node.closest(untranslated);
          const texts = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const { nodeValue, parentElement } = walker.currentNode;
            if (nodeValue.trim() && !skipped(parentElement)) texts.push(nodeValue.trim());
          }
          for (const element of document.querySelectorAll("[aria-label]"))
            if (!skipped(element)) texts.push(element.getAttribute("aria-label"));
          return texts;
        }
        """;
}
