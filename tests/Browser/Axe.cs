using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Browser;

/// <summary>Runs axe-core inside the page: it checks the rules of WCAG and axe's own best practices.</summary>
internal static class Axe
{
    private static readonly string Source = new BundledAxeScriptProvider().GetScript();
    private static readonly string[] Rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

    /// <summary>One line for each rule that the page violates now; the line begins with <paramref name="where"/>.</summary>
    public static async Task<IEnumerable<string>> Violations(this IPage page, string where)
    {
        if (!await page.EvaluateAsync<bool>("'axe' in window")) await page.EvaluateAsync(Source);
        // Animations are finished first, because colours in between are neither the old nor the new ones. Details are requested only for
        // violations, because details of passed rules would take most of the time.
        var found = await page.EvaluateAsync<string[]>("""
            async rules => {
              for (const animation of document.getAnimations())
                if (animation.effect.getComputedTiming().iterations !== Infinity) animation.finish();
              const found = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
              if (found.passes.length < 5) throw new Error("axe checked almost nothing");
              return found.violations.map(v => `${v.id} ${v.help}: ${v.nodes.slice(0, 3).map(n => n.html).join(" | ")}`);
            }
            """, Rules);
        return found.Select(f => $"{where}: {f}");
    }
}
