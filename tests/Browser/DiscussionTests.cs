using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Browser;

/// <summary>Discussions for readers: sorting, nested replies, votes, reports, and editing of comments.</summary>
public class DiscussionTests(Site site)
{
    [Fact]
    public async Task Each_comment_has_its_own_page_with_all_replies_which_works_without_scripts()
    {
        var article = await Discussed();
        var first = await Post(article, "The **first**, see https://example.org/a");
        var deep = await Post(article, "One level down", first);
        for (var i = 0; i < 4; i++) await Post(article, $"Answer {i}", deep);
        await using var visitor = await site.Visit(new() { JavaScriptEnabled = false });
        var page = visitor.Page;
        await visitor.Go(await site.Article("en", article));

        await Expect(page.Locator($"#comment-{first} strong").First).ToHaveTextAsync("first");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "https://example.org/a" }))
            .ToHaveAttributeAsync("rel", "nofollow ugc noopener");
        await Expect(page.GetByText("Answer 2")).ToBeVisibleAsync();
        await Expect(page.GetByText("Answer 3")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Link, new() { Name = "View all replies (4)" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"/comments/{deep}$"));
        await Expect(page.Locator($"#comment-{first} #comment-{deep}")).ToBeVisibleAsync();
        await Expect(page.GetByText("Answer 3")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Your comment")).ToBeVisibleAsync();
        // E-mails and feeds link with the id of the article instead of its slug.
        await visitor.Go($"/en/articles/{article}/comments/{deep}");
        await Expect(page).ToHaveURLAsync(new Regex($"{Regex.Escape(await site.Article("en", article))}/comments/{deep}$"));
        visitor.Expected.Add(404);
        Assert.Equal(404, (await visitor.Go($"{await site.Article("en")}/comments/{deep}")).Status);
    }

    [Fact]
    public async Task The_replies_to_a_comment_are_divided_into_pages()
    {
        var article = await Discussed();
        var asked = await Post(article, "Does anybody come?");
        for (var i = 0; i < 21; i++) await Post(article, $"Number {i:00} comes", asked);
        await using var visitor = await site.Visit(new() { JavaScriptEnabled = false });
        await visitor.Go($"{await site.Article("en", article)}/comments/{asked}");

        await Expect(visitor.Page.GetByText("Number 19 comes")).ToBeVisibleAsync();
        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "More comments" }).ClickAsync();
        await Expect(visitor.Page.GetByText("Number 20 comes")).ToBeVisibleAsync();
        await Expect(visitor.Page.GetByText("Does anybody come?")).ToBeVisibleAsync();
        visitor.Expected.Add(400);
        Assert.Equal(400, (await visitor.Go($"{await site.Article("en", article)}?comments=nonsense")).Status);
    }

    [Fact]
    public async Task A_reader_can_sort_a_discussion()
    {
        var article = await Discussed();
        var (older, newer) = (await Post(article, "The older one"), await Post(article, "The newer one"));
        await site.Platform.Reader.Send(HttpMethod.Post, $"/api/comments/{older}/vote", new { value = 1 }, null);
        await using var visitor = await site.Visit(new() { JavaScriptEnabled = false });
        var page = visitor.Page;
        await visitor.Go(await site.Article("en", article));
        foreach (var (order, first) in new[] { ("Newest", newer), ("Oldest", older), ("Best", older) })
        {
            await page.GetByRole(AriaRole.Link, new() { Name = order, Exact = true }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = order, Exact = true })).ToHaveAttributeAsync("aria-current", "true");
            await Expect(page.Locator(".comments > li").First).ToHaveIdAsync($"comment-{first}");
        }
        await Expect(page.GetByText("Score: 1")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_reader_votes_once_and_withdraws_the_vote_with_the_keyboard()
    {
        var article = await Discussed();
        var comment = await Post(article, "Vote for me");
        await using var visitor = await site.Visit();
        var page = visitor.Page;
        await visitor.Go(await site.Article("en", article));
        var vote = page.GetByRole(AriaRole.Button, new() { Name = "Upvote" });
        await vote.PressAsync("Enter");

        await Expect(page.GetByText("Score: 1")).ToBeVisibleAsync();
        await Expect(vote).ToBeFocusedAsync();
        await page.ReloadAsync();
        await Expect(vote).ToHaveAttributeAsync("aria-pressed", "true");
        await page.GetByRole(AriaRole.Button, new() { Name = "Downvote" }).PressAsync("Enter");
        await Expect(page.GetByText("Score: -1")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Downvote" }).PressAsync("Enter");
        await Expect(page.GetByText("Score:")).ToHaveCountAsync(0);
        Assert.Equal(0, (int)(await site.Platform.Reader.Read($"/api/comments/{comment}"))["comment"]!["score"]!);
    }

    [Fact]
    public async Task A_comment_is_reported_to_the_moderators()
    {
        var article = await Discussed();
        var comment = await Post(article, "Buy something");
        await using var visitor = await site.Visit();
        var page = visitor.Page;
        await visitor.Go(await site.Article("en", article));
        await page.GetByRole(AriaRole.Button, new() { Name = "Report", Exact = true }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "Why are you reporting this comment?" });
        await Expect(dialog).ToBeVisibleAsync();
        Assert.Empty(await page.Violations("report of a comment"));
        await dialog.GetByLabel("Advertising").CheckAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();

        await Expect(dialog).ToContainTextAsync("A moderator will review this comment.");
        await page.Keyboard.PressAsync("Escape");
        await Expect(dialog).ToBeHiddenAsync();
        using var moderator = await site.Platform.SignedIn("moderator");
        Assert.Contains(
            (await moderator.Read("/api/moderation/flags"))["items"]!.AsArray(),
            i => (string)i!["comment"]!["id"]! == $"{comment}" && (string)i["reasons"]![0]! == "spam");
    }

    [Fact]
    public async Task An_author_edits_and_deletes_a_comment()
    {
        var article = await site.Article("en", await Discussed());
        await using var visitor = await site.Visit();
        var page = visitor.Page;
        await visitor.Go(article);
        await page.GetByLabel("Your name").FillAsync("Ann");
        await page.GetByLabel("Your comment").FillAsync("Wel said");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();

        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "Edit comment" });
        await Expect(dialog.GetByRole(AriaRole.Textbox)).ToHaveValueAsync("Wel said");
        Assert.Empty(await page.Violations("change of a comment"));
        await dialog.GetByRole(AriaRole.Textbox).FillAsync("Well said");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByText("Well said")).ToBeVisibleAsync();
        await Expect(page.GetByText("edited", new() { Exact = true })).ToBeVisibleAsync();

        await using (var other = await site.Visit())
        {
            await other.Go(article);
            await Expect(other.Page.GetByText("Well said")).ToBeVisibleAsync();
            await Expect(other.Page.GetByRole(AriaRole.Button, new() { Name = "Report", Exact = true })).ToBeVisibleAsync();
            await Expect(other.Page.GetByRole(AriaRole.Button, new() { Name = "Edit" })).ToHaveCountAsync(0);
        }
        page.Dialog += (_, sure) => sure.AcceptAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(page.GetByText("Well said")).ToHaveCountAsync(0);
        await page.GetByLabel("Your name").FillAsync("Ann");
        await page.GetByLabel("Your comment").FillAsync("Wel said");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await Expect(page.GetByText("Wel said")).ToBeVisibleAsync();
        // The page is visible before its scripts have run, and they store the secret of the comment.
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Edit" })).ToBeVisibleAsync();
        visitor.Expected.Add(404); // the page of the comment no longer exists after the deletion
        await page.Locator(".comments time").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(page.GetByText("Wel said")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_comment_that_cannot_be_edited_is_explained_and_a_removed_one_keeps_its_replies()
    {
        var article = await Discussed();
        var comment = await Post(article, "Not yours");
        await Post(article, "An answer", comment);
        await using var visitor = await site.Visit();
        var page = visitor.Page;
        visitor.Expected.Add(403);
        await page.AddInitScriptAsync(
            $"localStorage.setItem('discussion', JSON.stringify({{ own: {{ '{comment}': 'a secret that was made up' }} }}))");
        await visitor.Go(await site.Article("en", article));
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByText("or the time for editing it has passed")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Edit" })).ToHaveCountAsync(0);

        using var moderator = await site.Platform.SignedIn("moderator");
        await moderator.Send(HttpMethod.Post, $"/api/comments/{comment}/hide", new { reason = "spam" });
        await Expect(page.GetByText("This comment was removed.")).ToBeVisibleAsync();
        await Expect(page.Locator($"#comment-{comment}").GetByText("An answer")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData("/api/comments/challenge", "Your comment")]
    [InlineData("/api/feedback/challenge", "Your message")]
    public async Task A_proof_of_work_challenge_is_solved_before_a_form_is_sent(string address, string field)
    {
        const string Salt = "salt?expires=1&";
        var challenge = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.ASCII.GetBytes(Salt + 7)));
        await using var visitor = await site.Visit();
        var page = visitor.Page;
        await page.RouteAsync(
            $"**{address}",
            route =>
                route.FulfillAsync(new()
                {
                    ContentType = "application/json",
                    Body = JsonSerializer.Serialize(new { algorithm = "SHA-256", challenge, maxnumber = 50, salt = Salt, signature = "s" }),
                }));
        await visitor.Go(field == "Your message" ? "/en/contact" : await site.Article("en", await Discussed()));
        await page.GetByLabel("Your name").FillAsync("Ann");
        await page.GetByLabel(field).FillAsync("A text with a proof of work");
        if (field == "Your message")
        {
            await page.GetByLabel("Your e-mail").FillAsync("ann@example.org");
            await page.GetByLabel("I agree").CheckAsync();
        }
        var sent = await page.RunAndWaitForRequestAsync(
            () => page.Locator("#write button, #contact button").First.ClickAsync(),
            r => r.Method == "POST" && r.Url.Contains("/en/", StringComparison.Ordinal));

        var proof = System.Web.HttpUtility.ParseQueryString(sent.PostData!)["proof"]!;
        Assert.Equal(7, (int)JsonNode.Parse(Convert.FromBase64String(proof))!["number"]!);
    }

    private Task<Guid> Discussed() => site.Discussed();

    private Task<Guid> Post(Guid article, string text, Guid? parentId = null) => site.Post(article, text, parentId);
}
