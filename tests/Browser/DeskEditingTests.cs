using System.Text.RegularExpressions;
using Kit;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Browser;

/// <summary>Writing, publishing and comparing articles in the console.</summary>
public class DeskEditingTests(Site site)
{
    [Fact]
    public async Task An_editor_writes_previews_saves_schedules_reschedules_and_publishes()
    {
        await using var editor = await site.Staff("editor");
        var (page, title) = (editor.Page, $"Summit {Guid.CreateVersion7():N}");
        await editor.Desk("/console/articles/new");
        await page.GetByLabel("Title").FillAsync(title);
        await page.GetByLabel("Lead").FillAsync("In short");
        await page.Locator("[data-field='en.format']").SelectOptionAsync("markdown");
        await page.GetByLabel("Text", new() { Exact = true }).FillAsync("It was **long**.\n\n<script>alert(1)</script>");
        await page.Button("Preview").ClickAsync();
        await Expect(page.Locator(".desk-preview strong")).ToHaveTextAsync("long");
        await Expect(page.Locator(".desk-preview script")).ToHaveCountAsync(0);
        await page.Button("Save").ClickAsync();
        await page.Says("The draft is saved.");
        await Expect(page).ToHaveURLAsync(new Regex("/console/articles/[0-9a-f-]{36}$"));
        var id = page.Url[^36..];

        await page.GetByLabel("Publish at").FillAsync("2031-05-01T09:00");
        await page.Button("Schedule").ClickAsync();
        await page.Says("The publication is scheduled.");
        await editor.Desk("/console/schedule?month=2031-05");
        await page.GetByRole(AriaRole.Button, new() { Name = $"Move: {title}" }).ClickAsync();
        await Expect(page.GetByLabel("New time")).ToBeFocusedAsync();
        await page.GetByLabel("New time").FillAsync("2031-05-20T10:30");
        await page.Button("Move").ClickAsync();
        await page.Says("The publication is scheduled.");
        await Expect(page.Locator("td", new() { Has = page.Locator("time[datetime='2031-05-20']") })).ToContainTextAsync(title);

        await page.GetByRole(AriaRole.Link, new() { Name = title }).ClickAsync();
        await page.Button("Publish").ClickAsync();
        await page.Says("Published. Readers now see this version.");
        Assert.Contains(
            "<strong>long</strong>",
            (string?)(await site.Platform.Reader.Read($"/api/articles/{id}"))["bodyHtml"],
            StringComparison.Ordinal);
        await editor.Desk($"/console/articles?state=published&q={title}");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = title })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_unsaved_article_is_marked_and_a_reload_asks_for_confirmation()
    {
        await using var editor = await site.Staff("editor");
        var (page, title, asked) = (editor.Page, $"Unsaved {Guid.CreateVersion7():N}", 0);
        page.Dialog += (_, dialog) =>
        {
            if (dialog.Type == DialogType.BeforeUnload) Interlocked.Increment(ref asked);
            _ = dialog.DismissAsync();
        };
        await editor.Desk("/console/articles/new");
        var saved = page.Locator(".sticky").GetByText(new Regex("All changes saved|Saved at"));
        var unsaved = page.Locator(".sticky").GetByText("Not saved", new() { Exact = true });
        await Expect(saved).ToBeVisibleAsync();

        // The field still has the focus, so its text has not been sent to the server yet.
        await page.GetByLabel("Title").PressSequentiallyAsync(title);
        await Expect(unsaved).ToBeVisibleAsync();
        await page.EvaluateAsync("setTimeout(() => location.reload())");
        await Eventually.IsTrue(() => Task.FromResult(Volatile.Read(ref asked) == 1), "the browser asks before reloading the page");
        await Expect(page.GetByLabel("Title")).ToHaveValueAsync(title);

        await page.GetByLabel("Text", new() { Exact = true }).FillAsync("A text");
        await page.Button("Save").ClickAsync();
        await page.Says("The draft is saved.");
        await Expect(saved).ToBeVisibleAsync();
        await page.GetByLabel("Author").FillAsync("Ann");
        await page.GetByLabel("Source").FocusAsync();
        await Expect(unsaved).ToBeVisibleAsync();
        await page.GetByLabel("Author").FillAsync("");
        await page.GetByLabel("Source").FocusAsync();
        await Expect(saved).ToBeVisibleAsync();
        // The server tells the page in a separate message, after it has changed the text, that it need not ask any more.
        const string MayLeave = "window.dispatchEvent(new Event('beforeunload', { cancelable: true }))";
        await Eventually.IsTrue(() => page.EvaluateAsync<bool>(MayLeave), "the browser no longer asks before leaving the page");
        await page.ReloadAsync();
        await Expect(page.GetByLabel("Title")).ToHaveValueAsync(title);
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task Versions_are_compared_and_an_old_version_is_restored()
    {
        var (id, title) = await site.Published();
        await using var editor = await site.Staff("editor");
        var page = editor.Page;
        await editor.Desk($"/console/articles/{id}");
        await page.GetByLabel("Title").FillAsync($"{title} revised");
        await page.GetByLabel("Correction note").FillAsync("The title was put right.");
        await page.Button("Publish changes").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "What will change for readers" })).ToContainTextAsync("English: Title");
        await page.Button("Confirm").ClickAsync();
        await page.Says("Published. Readers now see this version.");
        await Expect(page.GetByText("Published. Readers now see this version.")).ToBeInViewportAsync();

        await editor.Desk($"/console/articles/{id}/versions");
        await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "The title was put right." }))
            .ToContainTextAsync("corrected");
        await page.GetByLabel("Older version").SelectOptionAsync("1");
        await page.Button("Compare").ClickAsync();
        await Expect(page.Locator(".desk-diff ins").First).ToContainTextAsync("revised");
        await page.GetByRole(AriaRole.Button, new() { Name = "As readers saw it: 2" }).ClickAsync();
        await Expect(page.Locator(".desk-preview h2")).ToHaveTextAsync(title);
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore: 1", Exact = true }).ClickAsync();
        await page.Says("Version 1 was restored as the draft.");
        await page.GetByRole(AriaRole.Link, new() { Name = "Back to the draft" }).ClickAsync();
        await Expect(page.GetByLabel("Title")).ToHaveValueAsync(title);

        await page.GetByLabel("Reason for retraction").FillAsync("It was wrong.");
        await page.Button("Retract").ClickAsync();
        await page.Says("Retracted. Readers see only the note.");
        Assert.Equal("It was wrong.", (string?)(await site.Platform.Reader.Read($"/api/articles/{id}"))["retractionNote"]);
    }

    [Fact]
    public async Task A_conflict_with_another_editor_is_explained_before_overwriting()
    {
        var (id, title) = await site.Published();
        await using var editor = await site.Staff("editor");
        var page = editor.Page;
        await editor.Desk($"/console/articles/{id}");
        await page.GetByLabel("Lead").FillAsync("My lead");
        using var other = await site.Platform.SignedIn("editor");
        await other.Send(
            HttpMethod.Put,
            $"/api/articles/{id}",
            new { section = "news", translations = new { en = new { title, lead = "Their lead", body = "<p>Theirs</p>" } } });

        await page.Button("Save").ClickAsync();
        var alert = page.GetByRole(AriaRole.Alert);
        await Expect(alert).ToContainTextAsync("Someone else has changed this article");
        await Expect(alert).ToContainTextAsync("draft changed");
        await Expect(page.GetByLabel("Lead", new() { Exact = true })).ToHaveValueAsync("My lead");
        await page.Button("Show what they changed").ClickAsync();
        await Expect(alert.Locator("ins").First).ToBeVisibleAsync();
        await page.Button("Overwrite with my version").ClickAsync();
        await page.Says("The draft is saved.");
        Assert.Equal("My lead", (string?)(await other.Read($"/api/articles/{id}/draft"))["draft"]!["texts"]!["en"]!["lead"]);
        await editor.Desk($"/console/articles?state=published&q={title}");
        await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = title })).ToContainTextAsync("unpublished changes");
    }

    [Fact]
    public async Task Articles_are_featured_reordered_and_removed_with_buttons()
    {
        var (first, second) = (await site.Published(), await site.Published());
        await using var editor = await site.Staff("editor");
        var page = editor.Page;
        await editor.Desk("/console/featured");
        foreach (var (_, title) in new[] { first, second })
        {
            await page.GetByLabel("Find a published article").FillAsync(title);
            await page.Button("Find").ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = $"Feature: {title}" }).ClickAsync();
            await page.Says($"“{title}” is now number 1.");
        }
        await page.GetByRole(AriaRole.Button, new() { Name = $"Down: {second.Title}" }).ClickAsync();
        await page.Says($"“{second.Title}” is now number 2.");
        var order = (await site.Platform.Reader.Read("/api/featured"))["items"]!.AsArray().Select(i => (string)i!["title"]!).ToArray();
        Assert.Equal([first.Title, second.Title], order[..2]);
        foreach (var (_, title) in new[] { first, second })
        {
            await page.GetByRole(AriaRole.Button, new() { Name = $"Remove: {title}" }).ClickAsync();
            await page.Says($"“{title}” is no longer featured.");
        }
    }

    [Fact]
    public async Task A_rejected_draft_shows_the_reason_and_keeps_the_text()
    {
        await using var editor = await site.Staff("editor");
        var page = editor.Page;
        await editor.Desk("/console/articles/new");
        await page.GetByLabel("Lead").FillAsync("A lead without a title");
        await page.Button("Save").ClickAsync();

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Title (English): Write 1 to 200 characters, without markup.");
        await Expect(page.GetByLabel("Lead")).ToHaveValueAsync("A lead without a title");
        await Expect(page.GetByRole(AriaRole.Alert).GetByText("translations.en.title")).ToBeHiddenAsync();
    }
}
