using System.Text.RegularExpressions;
using Xunit;
using static Browser.RichTextPage;
using static Microsoft.Playwright.Assertions;

namespace Browser;

/// <summary>Texts that come from elsewhere into the rich editor of the console: HTML, Markdown and what is pasted.</summary>
public class RichTextFormatTests(Site site)
{
    [Fact]
    public async Task A_text_is_edited_as_HTML_as_Markdown_and_in_the_editor()
    {
        await using var editor = await site.Staff("editor");
        var page = editor.Page;
        await editor.Desk("/console/articles/new");
        await page.Locator("[data-field='en.format']").SelectOptionAsync("markdown");
        await Source(page).FillAsync("It was **long**.[^1]\n\n[^1]: Very.");
        await Source(page).BlurAsync();
        await page.Locator("[data-field='en.format']").SelectOptionAsync("html");
        await Expect(Text(page).Locator("strong")).ToHaveTextAsync("long");
        await Expect(Text(page).Locator("ol li")).ToHaveTextAsync("Very.");

        await page.Button("HTML source").ClickAsync();
        await Expect(Source(page)).ToHaveValueAsync(new Regex("<strong>long</strong>"));
        await Source(page).FillAsync("<p>It was <em>short</em>.</p>");
        await page.Button("HTML source").ClickAsync();
        await Expect(Text(page).Locator("em")).ToHaveTextAsync("short");

        // The editor would lose the caption of a table.
        await page.Button("HTML source").ClickAsync();
        await Source(page).FillAsync("<table><caption>Trade</caption><tbody><tr><td>1</td></tr></tbody></table>");
        await page.Button("HTML source").ClickAsync();
        await page.Says("This text has elements that the rich editor would remove.");
        await Expect(Source(page)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Pasted_text_loses_the_formatting_of_its_source()
    {
        await using var editor = await site.Staff("editor");
        var (page, text) = (editor.Page, Text(editor.Page));
        await editor.Desk("/console/articles/new");
        await text.ClickAsync();
        await page.EvaluateAsync(
            """
            html => {
              const pasted = new DataTransfer();
              pasted.setData("text/html", html);
              document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: pasted, bubbles: true, cancelable: true }));
            }
            """,
            "<html><body lang=EN-US><p class=MsoNormal style='color:red'><b>Up</b><a href=\"#_ftn1\" name=\"_ftnref1\">[1]</a></p>"
            + "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>One</p>"
            + "<p><img src=\"https://elsewhere.example/x.png\"></p><script>alert(1)</script>"
            + "<div style='mso-element:footnote-list'><div style='mso-element:footnote' id=ftn1><p>"
            + "<a href=\"#_ftnref1\" name=\"_ftn1\">[1]</a> The note.</p></div></div></body></html>");

        await Expect(text.Locator("strong")).ToHaveTextAsync("Up");
        await Expect(text.Locator("ul li")).ToHaveTextAsync("One");
        await Expect(text.Locator("ol li")).ToHaveTextAsync("The note.");
        await Expect(text.Locator("img[src], [style], [class^=Mso]")).ToHaveCountAsync(0);
        await Expect(page.Locator("[data-words]")).ToHaveTextAsync("4");
    }
}
