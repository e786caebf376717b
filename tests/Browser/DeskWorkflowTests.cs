using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Browser;

/// <summary>Several people work on an article in the console: review, two persons, notes, presence, merges and translations.</summary>
public class DeskWorkflowTests(Site site)
{
    [Fact]
    public async Task An_author_submits_a_draft_and_a_publisher_returns_approves_and_publishes_it()
    {
        await using var author = await site.Colleague("ben", "author");
        await using var publisher = await site.Colleague("pia", "publisher");
        var title = $"Review {Guid.CreateVersion7():N}";
        await author.Desk("/console/articles");
        await author.Page.GetByRole(AriaRole.Link, new() { Name = "New article" }).ClickAsync();
        await author.Page.GetByLabel("Title").FillAsync(title);
        await author.Page.GetByLabel("Text", new() { Exact = true }).FillAsync("The council met.");
        await author.Page.Button("Save").ClickAsync();
        await author.Page.Says("The draft is saved.");
        await Expect(author.Page.Button("Publish")).ToHaveCountAsync(0);
        await author.Page.Button("Submit for review").ClickAsync();
        await author.Page.Says("The draft was submitted for review.");

        await publisher.Desk($"/console/articles?stage=inReview&q={title}");
        await publisher.Page.GetByRole(AriaRole.Link, new() { Name = title }).ClickAsync();
        await Expect(publisher.Page.Locator(".desk-preview")).ToContainTextAsync("The council met.");
        await Expect(publisher.Page.Button("Save")).ToHaveCountAsync(0);
        await publisher.Page.GetByLabel("New note").FillAsync("Name the chair of the meeting.");
        await publisher.Page.Button("Add note").ClickAsync();
        await Expect(publisher.Page.GetByText("Name the chair of the meeting.")).ToBeVisibleAsync();
        await publisher.Page.GetByLabel("What should be changed").FillAsync("Name the chair.");
        await publisher.Page.Button("Return to the author").ClickAsync();
        await publisher.Page.Says("The draft is no longer in review.");

        await author.Page.ReloadAsync();
        await Expect(author.Page.GetByText("Name the chair.")).ToBeVisibleAsync();
        await author.Page.GetByRole(AriaRole.Button, new() { Name = "Done: Name the chair of the meeting." }).ClickAsync();
        await Expect(author.Page.GetByText("Done: 1")).ToBeVisibleAsync();
        await author.Page.GetByLabel("Text", new() { Exact = true }).FillAsync("The council met. Ann chaired it.");
        await author.Page.Button("Submit for review").ClickAsync(); // saves first
        await author.Page.Says("The draft was submitted for review.");

        await publisher.Page.ReloadAsync();
        await publisher.Page.Button("Mark as ready").ClickAsync();
        await publisher.Page.Says("The draft is ready to be published.");
        await publisher.Page.Button("Publish").ClickAsync();
        await publisher.Page.Says("Published. Readers now see this version.");
        await Expect(publisher.Page.GetByText("Published. Readers now see this version.")).ToBeInViewportAsync();
        await publisher.Page.GetByRole(AriaRole.Link, new() { Name = "Versions" }).ClickAsync();
        await Expect(publisher.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "returned from review" }))
            .ToContainTextAsync("pia");
    }

    [Fact]
    public async Task The_author_of_the_last_change_cannot_publish_it_in_a_section_that_requires_two_people()
    {
        var key = $"strict-{Guid.CreateVersion7():N}"[..30];
        using var ann = await site.Platform.SignedInAs("ann", "editor");
        await ann.Send(HttpMethod.Put, $"/api/sections/{key}", new { order = 900, names = new { en = key, ru = "Строгий", zh = "严格" } });
        await using var publisher = await site.Colleague("pia", "publisher");
        await publisher.Desk("/console/sections");
        await publisher.Page.GetByLabel($"Two people for each publication: {key}").CheckAsync();
        await publisher.Page.Says($"“{key}” now requires two people for each publication.");

        var id = Guid.CreateVersion7();
        await ann.Send(HttpMethod.Put, $"/api/articles/{id}",
            new { section = key, translations = new { en = new { title = $"Strict {id:N}", body = "<p>One</p>" } } });
        await using (var writer = await site.Colleague("ann", "editor"))
        {
            await writer.Desk($"/console/articles/{id}");
            await Expect(writer.Page.Button("Publish")).ToBeDisabledAsync();
            await Expect(writer.Page.GetByText("You made the last change").First).ToBeVisibleAsync();
        }
        await using var colleague = await site.Colleague("eve", "editor");
        await colleague.Desk($"/console/articles/{id}");
        await colleague.Page.Button("Publish").ClickAsync();
        await colleague.Page.Says("Published. Readers now see this version.");

        // Text that is still unsaved when the button is pressed makes this person the author of the last change.
        await ann.Send(HttpMethod.Put, $"/api/articles/{id}",
            new { section = key, translations = new { en = new { title = $"Strict {id:N}", body = "<p>Two</p>" } } });
        await colleague.Desk($"/console/articles/{id}");
        await colleague.Page.GetByLabel("Lead").FillAsync("My lead");
        await colleague.Page.Button("Publish changes").ClickAsync();
        await colleague.Page.Button("Confirm").ClickAsync();
        await Expect(colleague.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("A colleague must do this");
        await publisher.Desk("/console/sections");
        await publisher.Page.GetByLabel($"Two people for each publication: {key}").UncheckAsync();
        await publisher.Page.Says($"“{key}” no longer requires two people.");
    }

    [Fact]
    public async Task Colleagues_see_each_other_in_an_open_draft_until_one_leaves()
    {
        var (id, _) = await site.Published();
        await using var ann = await site.Colleague("ann", "editor");
        await using var eve = await site.Colleague("eve", "editor");
        await ann.Desk($"/console/articles/{id}");
        await eve.Desk($"/console/articles/{id}");
        await Expect(eve.Page.Locator(".desk-presence")).ToHaveTextAsync(new Regex(@"Also open for:\s+ann"));
        await Expect(ann.Page.Locator(".desk-presence")).ToHaveTextAsync(new Regex(@"Also open for:\s+eve"), new() { Timeout = 30_000 });
        await eve.Desk("/console/articles");
        await Expect(ann.Page.Locator(".desk-presence b")).ToHaveCountAsync(0, new() { Timeout = 60_000 });
    }

    [Fact]
    public async Task A_conflict_shows_both_versions_and_is_merged_by_paragraph()
    {
        var id = Guid.CreateVersion7();
        var title = $"Merge {id:N}";
        using var eve = await site.Platform.SignedInAs("eve", "editor");
        await Write("One\n\nTwo\n\nThree\n\nFour");
        await using var editor = await site.Colleague("ann", "editor");
        var page = editor.Page;
        await editor.Desk($"/console/articles/{id}");
        await page.GetByLabel("Text", new() { Exact = true }).FillAsync("Uno\n\nTwo\n\nThree\n\nMine");
        await Write("One\n\nTwo\n\nTres\n\nTheirs");
        await page.Button("Save").ClickAsync();

        var merge = page.GetByRole(AriaRole.Region, new() { Name = "Both versions side by side" });
        await Expect(merge.Locator("fieldset")).ToHaveCountAsync(3);
        await Expect(merge.Locator("fieldset.conflict")).ToContainTextAsync("Theirs");
        await Expect(merge.Locator("fieldset.conflict").GetByRole(AriaRole.Radio).First).ToBeCheckedAsync();
        Assert.Empty(await page.Violations("merge"));
        await merge.Locator("fieldset.conflict").GetByRole(AriaRole.Radio, new() { Name = "Keep both" }).CheckAsync();
        await page.Button("Use the merged text").ClickAsync();
        await page.Says("The merged text is in the form. Check and save it.");
        await Expect(page.GetByLabel("Text", new() { Exact = true })).ToHaveValueAsync("Uno\n\nTwo\n\nTres\n\nMine\n\nTheirs");
        await page.Button("Save").ClickAsync();
        await page.Says("The draft is saved.");
        Assert.Equal(
            "Uno\n\nTwo\n\nTres\n\nMine\n\nTheirs",
            (string?)(await eve.Read($"/api/articles/{id}/draft"))["draft"]!["texts"]!["en"]!["markdown"]);

        Task Write(string body) => eve.Send(HttpMethod.Put, $"/api/articles/{id}",
            new { section = "news", translations = new { en = new { title, body, format = "markdown" } } });
    }

    [Fact]
    public async Task A_translation_shows_since_when_it_is_out_of_date()
    {
        var id = Guid.CreateVersion7();
        using var eve = await site.Platform.SignedInAs("eve", "editor");
        await Write("<p>One</p>");
        await using var editor = await site.Colleague("ann", "editor");
        var page = editor.Page;
        await editor.Desk($"/console/articles/{id}");
        await page.GetByRole(AriaRole.Tab, new() { Name = "Русский" }).ClickAsync();
        await page.Button("This text is a translation from English").ClickAsync();
        await page.Button("Save").ClickAsync();
        await page.Says("The draft is saved.");
        await Write("<p>Two</p>");
        await editor.Desk("/console/articles?q=Translated");
        await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = $"Translated {id:N}" }))
            .ToContainTextAsync("Русский: out of date");

        await editor.Desk($"/console/articles/{id}");
        await page.GetByRole(AriaRole.Tab, new() { Name = "Русский" }).ClickAsync();
        await Expect(page.GetByText("out of date since")).ToBeVisibleAsync();
        await page.Button("Show what changed in the original").ClickAsync();
        await Expect(page.Locator(".desk-diff ins")).ToHaveTextAsync("Two");
        await page.Button("The translation is up to date").ClickAsync();
        await page.Button("Save").ClickAsync();
        await page.Says("The draft is saved.");
        await page.GetByRole(AriaRole.Tab, new() { Name = "Русский" }).ClickAsync();
        await Expect(page.GetByText("out of date since")).ToHaveCountAsync(0);

        Task Write(string body) => eve.Send(HttpMethod.Put, $"/api/articles/{id}", new
        {
            section = "news",
            translations = new { en = new { title = $"Translated {id:N}", body }, ru = new { title = "Перевод", body = "<p>Раз</p>" } },
        });
    }

    [Fact]
    public async Task The_last_changed_article_is_first_in_the_list()
    {
        var word = $"Order{Guid.CreateVersion7():N}";
        Guid[] ids = [Guid.Parse($"ffffffff{Guid.CreateVersion7().ToString()[8..]}"), Guid.CreateVersion7()];
        using var eve = await site.Platform.SignedInAs("eve", "editor");
        foreach (var (id, name) in ids.Zip(["first", "second"]))
            await eve.Send(HttpMethod.Put, $"/api/articles/{id}",
                new { section = "news", translations = new { en = new { title = $"{word} {name}", body = "<p>x</p>" } } });
        await using var editor = await site.Staff("editor");
        await editor.Desk($"/console/articles?q={word}");
        await Expect(editor.Page.Locator(".desk-rows > li").First).ToContainTextAsync("second");
    }
}
