using System.Text.RegularExpressions;
using Kit;
using Microsoft.Playwright;
using Xunit;
using static Browser.RichTextPage;
using static Microsoft.Playwright.Assertions;

namespace Browser;

/// <summary>Writing with the rich editor of the console.</summary>
public class RichTextTests(Site site)
{
    [Fact]
    public async Task An_article_is_written_with_the_mouse_and_published()
    {
        var (_, other) = await site.Published();
        var picture = await Picture();
        await using var editor = await site.Staff("editor", new() { ColorScheme = ColorScheme.Light });
        var (page, keys, text, title) = (editor.Page, editor.Page.Keyboard, Text(editor.Page), $"Trade {Guid.CreateVersion7():N}");
        await editor.Desk("/console/articles/new");
        await page.GetByLabel("Title").FillAsync(title);
        await text.ClickAsync();
        await keys.TypeAsync("The year");
        await Tool(page, "Heading 2").ClickAsync();
        await Expect(Tool(page, "Heading 2")).ToHaveAttributeAsync("aria-pressed", "true");
        await keys.PressAsync("Enter");
        await keys.TypeAsync("Trade grew.");
        await Tool(page, "Footnote").ClickAsync();
        await keys.TypeAsync("Customs statistics.");
        await text.Locator(":scope > p").First.ClickAsync();
        await keys.PressAsync("End");
        await keys.PressAsync("Enter");
        await Tool(page, "Bulleted list").ClickAsync();
        await keys.TypeAsync("Tea");
        await keys.PressAsync("Enter");
        await keys.TypeAsync("Silk");
        await keys.PressAsync("Enter");
        await keys.PressAsync("Enter");
        await Tool(page, "Table").ClickAsync();
        for (var i = 0; i < 3; i++)
        {
            await text.Locator("th").Nth(i).ClickAsync();
            await keys.TypeAsync($"Year {i}");
        }
        await Tool(page, "Delete row").ClickAsync();
        await Tool(page, "Undo").ClickAsync();
        await Expect(text.Locator("th")).ToHaveCountAsync(3);

        await text.Locator(":scope > p").Last.ClickAsync();
        await Tool(page, "Picture").ClickAsync();
        var panel = page.GetByRole(AriaRole.Group, new() { Name = "Picture", Exact = true });
        await panel.GetByLabel("Name, description or credit contains").FillAsync(picture);
        await panel.GetByRole(AriaRole.Button, new() { Name = "Find", Exact = true }).ClickAsync();
        await panel.GetByRole(AriaRole.Button, new() { Name = $"Choose: {picture}" }).ClickAsync();
        await Expect(text.GetByRole(AriaRole.Img, new() { Name = "A large hall" })).ToBeVisibleAsync();
        await Expect(text).ToBeFocusedAsync();
        await keys.TypeAsync(", today");
        await keys.PressAsync("Enter");

        await Tool(page, "Link").ClickAsync();
        panel = page.GetByRole(AriaRole.Group, new() { Name = "Link", Exact = true });
        await panel.GetByLabel("Find an article").FillAsync(other);
        await panel.GetByRole(AriaRole.Button, new() { Name = "Find", Exact = true }).ClickAsync();
        Assert.Empty(await page.Violations("rich editor with a panel"));
        await panel.GetByRole(AriaRole.Button, new() { Name = $"Link: {other}" }).ClickAsync();
        await Expect(text.GetByRole(AriaRole.Link, new() { Name = other })).ToBeVisibleAsync();
        Assert.Empty(await page.Violations("rich editor (light)"));

        await page.Button("Save").ClickAsync();
        await page.Says("The draft is saved.");
        await Expect(page.Locator(".sticky").GetByText("Saved at")).ToBeVisibleAsync();
        await page.Button("Publish").ClickAsync();
        await page.Says("Published. Readers now see this version.");

        await editor.Go(await site.Article("en", Guid.Parse(new Regex("[0-9a-f-]{36}").Match(page.Url).Value)));
        var body = page.Locator(".body");
        await Expect(body.Locator("h2")).ToHaveTextAsync("The year");
        await Expect(body.Locator("ul li")).ToHaveTextAsync(["Tea", "Silk"]);
        await Expect(body.Locator("thead th")).ToHaveTextAsync(["Year 0", "Year 1", "Year 2"]);
        await Expect(body.Locator("figure img")).ToHaveAttributeAsync("alt", "A large hall");
        await Expect(body.Locator("figcaption")).ToHaveTextAsync("Before the session, today");
        await body.Locator("a[href='#text-fn:1']").ClickAsync();
        await Expect(page.Locator("li:target")).ToContainTextAsync("Customs statistics.");
        await page.Locator("li:target a").ClickAsync();
        await Expect(page.Locator("a:target")).ToHaveTextAsync("1");
        await body.GetByRole(AriaRole.Link, new() { Name = other }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(other);
    }

    [Fact]
    public async Task An_article_is_written_with_the_keyboard_alone()
    {
        var (_, other) = await site.Published();
        var picture = await Picture();
        await using var editor = await site.Staff("editor");
        var (page, keys, text, title) = (editor.Page, editor.Page.Keyboard, Text(editor.Page), $"Trade {Guid.CreateVersion7():N}");
        await editor.Desk("/console/articles/new");
        await page.GetByLabel("Title").FocusAsync();
        await keys.TypeAsync(title);
        await Expect(text).ToBeVisibleAsync();
        await text.FocusAsync();
        // Signs of Markdown become elements.
        await keys.TypeAsync("## The year");
        await keys.PressAsync("Enter");
        await keys.TypeAsync("Trade grew **by half** again.");
        await keys.PressAsync("Control+Alt+f");
        await keys.TypeAsync("Customs statistics.");
        await keys.PressAsync("Control+Alt+f");
        await keys.PressAsync("Enter");
        await keys.TypeAsync("- Tea");
        await keys.PressAsync("Enter");
        await keys.PressAsync("Tab");
        await keys.TypeAsync("green");
        for (var i = 0; i < 3; i++) await keys.PressAsync("Enter");
        await keys.TypeAsync("Wrong");
        await keys.PressAsync("Control+z");

        await keys.PressAsync("Alt+F10");
        await Expect(Tool(page, "Undo")).ToBeFocusedAsync();
        for (var i = 0; i < 30 && await Focused(page) != "Table"; i++) await keys.PressAsync("ArrowRight");
        await keys.PressAsync("Enter");
        await Expect(text.Locator("th")).ToHaveCountAsync(3);
        await Expect(text).ToBeFocusedAsync();
        await keys.TypeAsync("Year");
        await keys.PressAsync("Tab");
        await keys.TypeAsync("Trade");
        for (var i = 0; i < 4; i++) await keys.PressAsync("ArrowDown");

        await keys.PressAsync("Control+Alt+p");
        var panel = page.GetByRole(AriaRole.Group, new() { Name = "Picture", Exact = true });
        await Expect(panel.GetByRole(AriaRole.Searchbox)).ToBeFocusedAsync();
        await keys.TypeAsync(picture);
        await keys.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = $"Choose: {picture}" })).ToBeVisibleAsync();
        for (var i = 0; i < 5 && await Focused(page) != $"Choose: {picture}"; i++) await keys.PressAsync("Tab");
        await keys.PressAsync("Enter");
        await Expect(text).ToBeFocusedAsync();
        await keys.PressAsync("Enter");

        await keys.PressAsync("Control+k");
        panel = page.GetByRole(AriaRole.Group, new() { Name = "Link", Exact = true });
        await Expect(panel.GetByLabel("Link address")).ToBeFocusedAsync();
        await keys.TypeAsync("javascript:alert(1)");
        await keys.PressAsync("Enter");
        await Expect(panel.GetByRole(AriaRole.Alert)).ToContainTextAsync("This address cannot be linked.");
        await panel.GetByLabel("Find an article").FocusAsync();
        await keys.TypeAsync(other);
        await keys.PressAsync("Enter");
        await Expect(panel.GetByRole(AriaRole.Button, new() { Name = $"Link: {other}" })).ToBeVisibleAsync();
        for (var i = 0; i < 5 && await Focused(page) != $"Link: {other}"; i++) await keys.PressAsync("Tab");
        await keys.PressAsync("Enter");
        await Expect(text).ToBeFocusedAsync();

        await keys.PressAsync("Escape");
        await keys.PressAsync("Tab");
        await Expect(page.Button("Preview")).ToBeFocusedAsync();
        await page.Button("Save").FocusAsync();
        await keys.PressAsync("Enter");
        await page.Says("The draft is saved.");
        await page.Button("Publish").FocusAsync();
        await keys.PressAsync("Enter");
        await page.Says("Published. Readers now see this version.");

        await editor.Go(await site.Article("en", Guid.Parse(new Regex("[0-9a-f-]{36}").Match(page.Url).Value)));
        var body = page.Locator(".body");
        await Expect(body.Locator("h2")).ToHaveTextAsync("The year");
        await Expect(body.Locator("strong")).ToHaveTextAsync("by half");
        await Expect(body.Locator("ul ul li")).ToHaveTextAsync("green");
        await Expect(body.Locator("thead th").First).ToHaveTextAsync("Year");
        await Expect(body.Locator("figure img")).ToHaveAttributeAsync("alt", "A large hall");
        await Expect(body.Locator("li[id='text-fn:1']")).ToContainTextAsync("Customs statistics.");
        await Expect(body.GetByRole(AriaRole.Link, new() { Name = other })).ToBeVisibleAsync();
        await Expect(body.GetByText("Wrong")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Text_is_saved_automatically_while_it_is_typed_and_survives_a_crash()
    {
        var (id, _) = await site.Published("<p>The council met.</p>");
        await using var editor = await site.Staff("editor");
        var first = editor.Page;
        await editor.Desk($"/console/articles/{id}");
        await Expect(first.Locator(".sticky").GetByText("All changes saved")).ToBeVisibleAsync();
        await Text(first).ClickAsync();
        await first.Keyboard.PressAsync("Control+End");
        await first.Keyboard.TypeAsync(" In Astana");
        await Expect(first.Locator(".sticky").GetByText("Saved at")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        using var other = await site.Platform.SignedIn("editor");
        Assert.Equal("<p>The council met. In Astana</p>", await Draft());
        await Expect(Text(first)).ToBeFocusedAsync();
        await first.Keyboard.TypeAsync(", today");
        await Expect(first.Locator(".sticky").GetByText("Not saved", new() { Exact = true })).ToBeVisibleAsync();
        await Eventually.IsTrue(
            () => first.EvaluateAsync<bool>("Object.values(localStorage).some(kept => kept.includes(', today'))"),
            "the browser has stored the text");
        await first.CloseAsync(new() { RunBeforeUnload = false });

        var page = await first.Context.NewPageAsync();
        await page.GotoAsync($"/console/articles/{id}");
        await page.Button("Recover the text").ClickAsync();
        await Expect(Text(page)).ToHaveTextAsync("The council met. In Astana, today");
        await page.Button("Save").ClickAsync();
        await page.Says("The draft is saved.");
        Assert.Equal("<p>The council met. In Astana, today</p>", await Draft());

        async Task<string?> Draft() => (string?)(await other.Read($"/api/articles/{id}/draft"))["draft"]!["texts"]!["en"]!["bodyHtml"];
    }

    [Fact]
    public async Task A_conflict_is_merged_by_paragraph_into_the_editor()
    {
        var (id, title) = await site.Published("<p>One</p><p>Two</p><p>Three</p>");
        await using var editor = await site.Staff("editor");
        var page = editor.Page;
        await editor.Desk($"/console/articles/{id}");
        await Text(page).Locator("p").First.ClickAsync();
        await page.Keyboard.PressAsync("End");
        await page.Keyboard.TypeAsync(", mine");
        using var other = await site.Platform.SignedIn("editor");
        await other.Send(
            HttpMethod.Put,
            $"/api/articles/{id}",
            new
            {
                section = "news",
                translations = new { en = new { title, lead = "In short", body = "<p>One</p><p>Two</p><p>Three, theirs</p>" } },
            });
        await page.Button("Save").ClickAsync();
        var merge = page.GetByRole(AriaRole.Region, new() { Name = "Both versions side by side" });
        await Expect(merge.Locator("fieldset")).ToHaveCountAsync(2);
        await page.Button("Use the merged text").ClickAsync();
        await Expect(Text(page).Locator("p")).ToHaveTextAsync(["One, mine", "Two", "Three, theirs"]);
        await page.Button("Save").ClickAsync();
        await page.Says("The draft is saved.");
        await Expect(Text(page).Locator("p")).ToHaveTextAsync(["One, mine", "Two", "Three, theirs"]);
    }

    /// <summary>Uploads a picture with a description and a caption, and returns its name.</summary>
    private async Task<string> Picture()
    {
        var id = Guid.CreateVersion7();
        var name = $"hall-{id:N}.png";
        using var editor = await site.Platform.SignedIn("editor");
        using var bytes = new ByteArrayContent(SomePicture.Png(900, 600, 4));
        using var uploaded = await editor.PutAsync($"/api/media/{id}?name={name}", bytes, TestContext.Current.CancellationToken);
        uploaded.EnsureSuccessStatusCode();
        await editor.Send(
            HttpMethod.Put,
            $"/api/media/{id}/description",
            new { alt = new { en = "A large hall" }, caption = new { en = "Before the session" }, focalX = 0.5, focalY = 0.5 });
        return name;
    }
}
