using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Browser;

/// <summary>Reader pages can be used with the keyboard alone.</summary>
public class KeyboardTests(Site site)
{
    [Fact]
    public async Task The_first_tab_stop_skips_the_navigation()
    {
        await using var visitor = await site.Visit();
        await visitor.Go("/en");
        await visitor.Page.Keyboard.PressAsync("Tab");
        await Expect(visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Skip to content" })).ToBeFocusedAsync();
        await visitor.Page.Keyboard.PressAsync("Enter");
        await visitor.Page.Keyboard.PressAsync("Tab");

        Assert.True(await visitor.Page.EvaluateAsync<bool>("document.querySelector('main').contains(document.activeElement)"));
    }

    [Fact]
    public async Task Every_control_of_an_article_is_reachable_with_Tab_and_shows_its_focus()
    {
        await using var visitor = await site.Visit();
        await visitor.Go(await site.Article("en"));
        var controls =
            await visitor.Page.EvaluateAsync<int>(
                "[...document.querySelectorAll('a[href], button, input, textarea, select')].filter(e => e.checkVisibility() && "
                + "e.tabIndex >= 0 && !e.closest('dialog') && e.type !== 'hidden').length");
        var seen = new HashSet<string>();
        for (var i = 0; i < controls; i++)
        {
            await visitor.Page.Keyboard.PressAsync("Tab");
            seen.Add(
                await visitor.Page.EvaluateAsync<string>(
                    "(() => { const e = document.activeElement, box = e.getBoundingClientRect(); e.dataset.at ??= Math.random(); return "
                    + "`${e.dataset.at} ${e.matches(':focus-visible') && box.width > 0}`; })()"));
        }
        Assert.Equal(controls, seen.Count);
        Assert.All(seen, s => Assert.EndsWith("true", s, StringComparison.Ordinal));
    }
}
