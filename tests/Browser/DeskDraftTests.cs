using Kit;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Browser;

/// <summary>The article editor loses no text, and publishes nothing that the editor has not confirmed.</summary>
public class DeskDraftTests(Site site)
{
    [Fact]
    public async Task A_draft_is_saved_automatically_without_affecting_typing_or_the_published_version()
    {
        var (id, title) = await site.Published();
        await using var editor = await site.Staff("editor");
        var page = editor.Page;
        await editor.Desk($"/console/articles/{id}");
        // The field keeps the focus, as it does while somebody is typing.
        await page.GetByLabel("Lead").FillAsync("Written, and never left");
        await Expect(page.Locator(".sticky").GetByText("Saved at")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        using var other = await site.Platform.SignedIn("editor");
        Assert.Equal("Written, and never left",
            (string?)(await other.Read($"/api/articles/{id}/draft"))["draft"]!["texts"]!["en"]!["lead"]);
        Assert.Equal("In short", (string?)(await site.Platform.Reader.Read($"/api/articles/{id}"))["lead"]);

        await Expect(page.GetByLabel("Lead")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync(" at all");
        await Expect(page.GetByLabel("Lead")).ToHaveValueAsync("Written, and never left at all");
        await page.Button("Save").ClickAsync();
        await page.Says("The draft is saved.");
        Assert.Equal("Written, and never left at all",
            (string?)(await other.Read($"/api/articles/{id}/draft"))["draft"]!["texts"]!["en"]!["lead"]);
    }

    [Fact]
    public async Task Text_left_unsaved_by_a_crash_is_offered_until_it_is_saved()
    {
        var (id, _) = await site.Published();
        await using var editor = await site.Staff("editor");
        var first = editor.Page;
        await editor.Desk($"/console/articles/{id}");
        await Eventually.IsTrue(
            async () =>
            {
                // Repeated, because the script may not have been loaded yet.
                await first.GetByLabel("Lead").FillAsync("A lead that was lost");
                return await first.EvaluateAsync<bool>("Object.keys(localStorage).some(k => k.startsWith('unsaved:'))");
            },
            "the browser has stored the text");
        await first.CloseAsync(new() { RunBeforeUnload = false });

        var page = await first.Context.NewPageAsync();
        await page.GotoAsync($"/console/articles/{id}");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Unsaved text was found");
        await Expect(page.GetByLabel("Lead")).ToHaveValueAsync("In short");
        await page.Button("Recover the text").ClickAsync();
        await Expect(page.GetByLabel("Lead")).ToHaveValueAsync("A lead that was lost");
        await Expect(page.Locator(".sticky").GetByText("Not saved", new() { Exact = true })).ToBeVisibleAsync();
        await page.Button("Save").ClickAsync();
        await page.Says("The draft is saved.");
        Assert.False(await page.EvaluateAsync<bool>("Object.keys(localStorage).some(k => k.startsWith('unsaved:'))"));
    }

    [Fact]
    public async Task Signing_out_removes_unsaved_text_from_the_browser()
    {
        await using var editor = await site.Visit();
        var page = editor.Page;
        await editor.Go(await site.Platform.SignInLink("editor"));
        await page.Button("Sign in").ClickAsync();
        await editor.Desk("/console/articles/new");
        await page.EvaluateAsync("localStorage.setItem('unsaved:somebody%20else:new:0', '{}')");
        await Eventually.IsTrue(
            async () =>
            {
                await page.GetByLabel("Lead").FillAsync("Nobody else should read this");
                return await page.EvaluateAsync<bool>("Object.keys(localStorage).filter(k => k.startsWith('unsaved:')).length === 2");
            },
            "the browser has stored the text");
        page.Dialog += (_, leave) => leave.AcceptAsync();
        await page.Button("Sign out").ClickAsync();

        await Expect(page.GetByText("You have signed out in this browser.")).ToBeVisibleAsync();
        await Eventually.IsTrue(
            () => page.EvaluateAsync<bool>(
                "Object.keys(localStorage).filter(k => k.startsWith('unsaved:')).join() === 'unsaved:somebody%20else:new:0'"),
            "the browser has removed the text");
    }

    [Fact]
    public async Task Publishing_an_old_version_first_lists_what_readers_will_lose()
    {
        var id = Guid.CreateVersion7();
        var title = $"Accession {id:N}";
        using var other = await site.Platform.SignedIn("editor");
        var en = new { title, lead = "In short", body = "<p>Joined</p>" };
        await other.Send(HttpMethod.Put, $"/api/articles/{id}", new { section = "news", translations = new { en } });
        await other.Send(HttpMethod.Put, $"/api/articles/{id}", new
        {
            section = "news",
            tags = new[] { "astana" },
            author = "Ann",
            translations = new { en, ru = new { title = "Вступление", body = "<p>Да</p>" } },
        });
        await other.Send(HttpMethod.Post, $"/api/articles/{id}/publish");
        await other.Send(HttpMethod.Post, $"/api/articles/{id}/restore", new { version = 1 });
        await other.Send(HttpMethod.Post, $"/api/articles/{id}/schedule", new { at = DateTimeOffset.UtcNow.AddYears(1) });
        await using var editor = await site.Staff("editor");
        var page = editor.Page;
        await editor.Desk($"/console/articles/{id}");
        await page.Button("Publish changes").ClickAsync();

        var summary = page.GetByRole(AriaRole.Region, new() { Name = "What will change for readers" });
        await Expect(summary).ToContainTextAsync("Русский will be withdrawn");
        await Expect(summary).ToContainTextAsync("The scheduled publication will be cancelled");
        await Expect(summary.Locator("del").Filter(new() { HasText = "astana" })).ToBeVisibleAsync();
        await Expect(summary.Locator("del").Filter(new() { HasText = "Ann" })).ToBeVisibleAsync();
        Assert.Empty(await page.Violations("summary before publishing"));
        await page.Button("Cancel").ClickAsync();
        await Expect(summary).ToHaveCountAsync(0);
        Assert.Equal("ru", (string?)(await site.Platform.Reader.Read($"/api/articles/{id}?lang=ru"))["lang"]);
        await page.Button("Publish changes").ClickAsync();
        await page.Button("Confirm").ClickAsync();
        await page.Says("Published. Readers now see this version.");
        Assert.Equal("en", (string?)(await site.Platform.Reader.Read($"/api/articles/{id}?lang=ru"))["lang"]);
    }
}
