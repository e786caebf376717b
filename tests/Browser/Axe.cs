using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Browser;

/// <summary>axe-core, in the page itself: what violates WCAG there, or what its makers advise.</summary>
internal static class Axe
{
    private static readonly string Source = new BundledAxeScriptProvider().GetScript();
    private static readonly string[] Rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

    /// <summary>One line for each rule that the page breaks as it is now; <paramref name="where"/> begins it.</summary>
    public static async Task<IEnumerable<string>> Violations(this IPage page, string where)
    {
        if (!await page.EvaluateAsync<bool>("'axe' in window")) await page.EvaluateAsync(Source);
        // Colours on their way to others are neither; and of rules that are kept nothing is told, which is most of the work.
        var found = await page.EvaluateAsync<string[]>("""
            async rules => {
              for (const animation of document.getAnimations()) if (animation.effect.getComputedTiming().iterations !== Infinity) animation.finish();
              const found = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
              if (found.passes.length < 5) throw new Error("axe looked at almost nothing");
              return found.violations.map(v => `${v.id} ${v.help}: ${v.nodes.slice(0, 3).map(n => n.html).join(" | ")}`);
            }
            """, Rules);
        return found.Select(f => $"{where}: {f}");
    }
}
