using Kit;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Browser;

/// <summary>The media library in the console.</summary>
public class DeskMediaTests(Site site)
{
    [Fact]
    public async Task A_picture_is_uploaded_described_used_as_a_cover_and_deleted()
    {
        await using var editor = await site.Staff("editor");
        var (page, name) = (editor.Page, $"hall-{Guid.CreateVersion7():N}.png");
        await editor.Desk("/console/media");
        await page.GetByLabel("Choose files").SetInputFilesAsync(Picture(name, seed: 1));
        await Expect(page.GetByText($"“{name}” is uploaded.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = name }).ClickAsync();
        await page.GetByLabel("Alternative text (English)").FillAsync("A large hall");
        await page.GetByLabel("Caption (English)").FillAsync("Before the session");
        await page.GetByLabel("Credit").FillAsync("A. Photographer");
        await page.GetByLabel("From left to right").FillAsync("25");
        await page.Button("Save").ClickAsync();
        await page.Says("The description is saved. Readers see it now.");
        var address = await page.GetByLabel("Address for articles").InputValueAsync();

        var (article, title) = await site.Published();
        await editor.Desk($"/console/articles/{article}");
        await page.GetByText("Choose from the library").ClickAsync();
        await page.GetByLabel("Name, description or credit contains").FillAsync(name);
        await page.Button("Find").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"Choose: {name}" }).ClickAsync();
        await Expect(page.GetByLabel("Cover URL")).ToHaveValueAsync(address);
        await Expect(page.GetByLabel("Cover description").First).ToHaveValueAsync("A large hall");
        await page.Button("Save").ClickAsync();
        await page.Says("The draft is saved.");

        await editor.Desk($"/console/media/{address[^36..]}");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Used in articles: 1" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = title })).ToBeVisibleAsync();
        await page.Button("Delete all the same").ClickAsync();
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/console/media$"));
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = name })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_picture_is_pasted_and_a_refused_file_is_explained()
    {
        await using var editor = await site.Staff("editor");
        var page = editor.Page;
        await editor.Desk("/console/media");
        await page.EvaluateAsync(
            """
            picture => {
              const files = new DataTransfer();
              files.items.add(new File([Uint8Array.from(atob(picture), c => c.charCodeAt(0))], "pasted.png", { type: "image/png" }));
              document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: files, bubbles: true }));
            }
            """,
            Convert.ToBase64String(SomePicture.Png(600, 400, 2)));
        await Expect(page.GetByText("“pasted.png” is uploaded.")).ToBeVisibleAsync();

        var broken = Picture("broken.png", seed: 3);
        broken.Buffer = broken.Buffer[..1000];
        await page.GetByLabel("Choose files").SetInputFilesAsync(broken);
        await Expect(page.GetByText("“broken.png” was not uploaded.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Use a complete picture file without other data in it");
    }

    private static FilePayload Picture(string name, int seed) =>
        new() { Name = name, MimeType = "image/png", Buffer = SomePicture.Png(900, 600, seed) };
}
