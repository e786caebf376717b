using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Browser;

/// <summary>Moderating comments in the console.</summary>
public class DeskModerationTests(Site site)
{
    [Fact]
    public async Task Held_comments_are_approved_and_hidden_in_batches()
    {
        var (article, _) = await site.Published();
        var (a, b, c) = (await site.Held(article), await site.Held(article), await site.Held(article));
        await using var moderator = await site.Staff("moderator");
        var page = moderator.Page;
        await moderator.Desk($"/console/moderation?article={article}");
        await page.GetByRole(AriaRole.Checkbox, new() { Name = a.Author }).CheckAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = b.Author }).CheckAsync();
        await page.Button("Approve").ClickAsync();
        await page.Says("Approved: 2");
        var shown = (await site.Platform.Reader.Read($"/api/articles/{article}/comments"))["items"]!
            .AsArray()
            .Select(i => (string)i!["author"]!)
            .ToArray();
        Assert.Equal([b.Author, a.Author], shown);

        await page.GetByRole(AriaRole.Checkbox, new() { Name = c.Author }).CheckAsync();
        await page.Button("Hide").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Reason: Write 1 to 500 characters");
        await page.GetByLabel("Reason for hiding").FillAsync("Advertising");
        await page.Button("Hide").ClickAsync();
        await page.Says("Hidden: 1");
        await moderator.Desk($"/console/moderation?queue=hidden&article={article}");
        await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = c.Author })).ToContainTextAsync("Advertising");
        await page.GetByLabel("Select all").CheckAsync();
        await page.Button("Show again").ClickAsync();
        await page.Says("Shown again: 1");
    }

    [Fact]
    public async Task A_flagged_comment_is_kept_with_the_keyboard_alone()
    {
        var (article, _) = await site.Published();
        var (id, author) = await site.Held(article);
        using (var api = await site.Platform.SignedIn("moderator")) await api.Send(HttpMethod.Post, $"/api/comments/{id}/approve");
        await site.Platform.Reader.Send(HttpMethod.Post, $"/api/comments/{id}/flag", new { reason = "spam" }, null);
        await using var moderator = await site.Staff("moderator");
        var page = moderator.Page;
        await moderator.Desk("/console/moderation?queue=flagged");
        var comment = page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = author });
        await Expect(comment).ToContainTextAsync("Flagged: 1: spam");
        await comment.FocusAsync();
        await page.Keyboard.PressAsync("o");
        await Expect(comment).ToContainTextAsync("approved");
        await page.Keyboard.PressAsync("x");
        await Expect(page.GetByRole(AriaRole.Checkbox, new() { Name = author })).ToBeCheckedAsync();
        await page.Keyboard.PressAsync("a");
        await page.Says("Kept: 1");
        await Expect(comment).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_person_is_banned_and_the_ban_is_lifted()
    {
        var (article, _) = await site.Published();
        var email = $"{Guid.CreateVersion7():N}@example.org";
        var (_, author) = await site.Held(article, email);
        await using var moderator = await site.Staff("moderator");
        var page = moderator.Page;
        await moderator.Desk($"/console/moderation?article={article}");
        await page.GetByRole(AriaRole.Button, new() { Name = $"Context and history: {author}" }).ClickAsync();
        await page.GetByLabel("Reason for the ban").FillAsync($"Spam by {author}");
        await page.Button("Ban this person").ClickAsync();
        await page.Says($"{author} can no longer comment.");

        await moderator.Desk("/console/moderation/policies");
        var ban = page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = $"Spam by {author}" });
        await ban.GetByRole(AriaRole.Button).ClickAsync();
        await page.Says("The ban was lifted.");
        await Expect(ban).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_policy_is_set_for_one_article()
    {
        var (article, title) = await site.Published();
        await using var moderator = await site.Staff("moderator");
        var page = moderator.Page;
        await moderator.Desk("/console/moderation/policies");
        await page.GetByLabel("Find a published article").FillAsync(title);
        await page.Button("Find").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"Set policy: {title}" }).ClickAsync();
        var form = page.GetByRole(AriaRole.Form, new() { Name = title });
        await form.GetByLabel("New comments").SelectOptionAsync("pre");
        await form.GetByLabel("Close after (days)").FillAsync("30");
        await form.GetByRole(AriaRole.Button).ClickAsync();
        await page.Says($"Saved: {title}");

        using var api = await site.Platform.SignedIn("moderator");
        var policy =
            (await api.Read("/api/moderation/policies"))["items"]!.AsArray().Single(p => (string?)p!["of"] == $"article-{article}")!;
        Assert.Equal(("pre", 30), ((string?)policy["mode"], (int?)policy["closedAfterDays"]));
        await moderator.Desk("/console/moderation/policies");
        await Expect(page.GetByRole(AriaRole.Form, new() { Name = title }).GetByLabel("Close after (days)")).ToHaveValueAsync("30");
    }
}
