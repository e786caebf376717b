using Microsoft.Playwright;

namespace Browser;

/// <summary>The parts of a page with the rich editor.</summary>
internal static class RichTextPage
{
    public static ILocator Text(IPage page) => page.Locator(".ProseMirror[role=textbox][aria-label=Text]");

    public static ILocator Source(IPage page) => page.Locator("textarea.desk-body");

    public static ILocator Tool(IPage page, string name) =>
        page.GetByRole(AriaRole.Toolbar).GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public static Task<string?> Focused(IPage page) => page.EvaluateAsync<string?>("document.activeElement.getAttribute('aria-label')");
}
