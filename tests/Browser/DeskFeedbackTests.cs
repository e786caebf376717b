using System.Text.RegularExpressions;
using Kit;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Browser;

/// <summary>Handling reports of mistakes and messages in the console.</summary>
public class DeskFeedbackTests(Site site)
{
    [Fact]
    public async Task A_reported_mistake_is_shown_in_its_sentence_and_corrected_in_the_article()
    {
        var (article, title) = await site.Published("<p>The councl met in Astana.</p>");
        await Report(article, "councl", "Should be council");
        await Report(article, "councl", null);
        await using var editor = await site.Staff("editor");
        var page = editor.Page;
        await editor.Desk($"/console/typos?article={article}");
        var card = page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = title });
        await Expect(card.Locator("mark")).ToHaveTextAsync("councl");
        await Expect(card).ToContainTextAsync("met in Astana");
        await Expect(card).ToContainTextAsync("Reports: 2");
        await Expect(card).ToContainTextAsync("Should be council");
        await card.GetByLabel("Replace with").FillAsync("council");
        await card.GetByRole(AriaRole.Button, new() { Name = "Correct", Exact = true }).ClickAsync();

        await Expect(card).ToContainTextAsync("The article is corrected.");
        var corrected = await site.Platform.Reader.Read($"/api/articles/{article}");
        Assert.Contains("The council met", (string?)corrected["bodyHtml"], StringComparison.Ordinal);
        Assert.Single(corrected["corrections"]!.AsArray());
    }

    [Fact]
    public async Task A_report_is_rejected_and_reopened()
    {
        var (article, title) = await site.Published();
        await Report(article, "council", null);
        await using var editor = await site.Staff("editor");
        var page = editor.Page;
        await editor.Desk($"/console/typos?article={article}");
        var card = page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = title });
        await card.GetByLabel("Reason for rejection").FillAsync("The spelling is correct.");
        await card.GetByRole(AriaRole.Button, new() { Name = "Reject", Exact = true }).ClickAsync();
        await Expect(card).ToContainTextAsync("The spelling is correct.");
        await editor.Desk($"/console/typos?status=rejected&article={article}");
        await card.GetByRole(AriaRole.Button, new() { Name = "Reopen" }).ClickAsync();
        await Expect(card.GetByLabel("Replace with")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_message_is_read_answered_and_closed_and_the_list_shows_no_names()
    {
        var words = $"Words {Guid.CreateVersion7():N}";
        var sent = await site.Platform.Reader.Send(
            HttpMethod.Post,
            "/api/feedback/messages",
            new { topic = "technical", name = "Ann Reader", email = "ann.reader@example.org", text = words, consent = true },
            null);
        using var api = await site.Platform.SignedIn("editor");
        var number =
            (string)(await api.Read("/api/feedback/messages?limit=100"))["items"]!
                .AsArray()
                .Single(m => (string?)m!["text"] == words)!["number"]!;
        Assert.NotNull(sent);
        await using var editor = await site.Staff("editor");
        var page = editor.Page;
        await editor.Desk("/console/tickets");
        await Expect(page.GetByRole(AriaRole.Main)).Not.ToContainTextAsync("ann.reader@example.org");
        await page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex(number) }).ClickAsync();
        await Expect(page.GetByText(words)).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "ann.reader@example.org" })).ToBeVisibleAsync();
        await page.GetByLabel("Your answer").FillAsync("Thank you, it is corrected.");
        await page.Button("Send").ClickAsync();
        await page.Says("The answer is saved and will be sent by e-mail.");
        await Expect(page.GetByRole(AriaRole.Article, new() { Name = "Answer" })).ToContainTextAsync("Thank you, it is corrected.");
        await page.Button("Close").ClickAsync();
        await page.Says("The message is closed.");
        Assert.Equal(
            "closed",
            (string?)(await api.Read("/api/feedback/messages?status=closed&limit=100"))["items"]!.AsArray()
                .Single(m => (string?)m!["text"] == words)!["status"]);
    }

    private Task Report(Guid article, string selection, string? comment) =>
        Eventually.IsTrue(async () =>
        {
            // The feedback service receives the article through an event, so the first attempts may be rejected.
            using var answer = await site.Platform.Reader.PostAsync(
                "/api/feedback/typos",
                System.Net.Http.Json.JsonContent.Create(new { articleId = article, selection, comment }),
                TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }, "the report is accepted", RunningPlatform.Patience);
}
