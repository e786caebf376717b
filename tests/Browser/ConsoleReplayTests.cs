using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;
using Public = Platform.Contracts.Articles;

namespace Browser;

/// <summary>Admins start replays, handle failed messages, and see the results.</summary>
public class ConsoleReplayTests(Site site)
{
    [Fact]
    public async Task A_difference_is_found_displayed_and_corrected()
    {
        var comment = (await Discuss(site, 1)).Single();
        await site.Platform.Sql(
            "comments",
            $"update comments.mt_doc_commentview set data = jsonb_set(data, '{{author}}', '\"Somebody else\"') where id = "
            + $"'comment-{comment}'");
        await using var visitor = await site.Staff("admin");
        var page = visitor.Page;
        await Ask(visitor, "comments", "readModel:comment-view", "verify", "A row was changed by hand");

        await Expect(page.GetByText("Nothing was changed. Run a replay in “apply” mode to correct these rows.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Row, new() { NameRegex = new Regex($"{comment}") })).ToContainTextAsync("author");
        await Ask(visitor, "comments", "readModel:comment-view", "apply", "To correct it");
        await Expect(page.GetByText("The differences were corrected: the rebuilt rows are now live.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Events of this replay" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("replay-");
        await visitor.Open("/console/audit", "Audit");
        await Expect(page.Locator("tbody")).ToContainTextAsync("To correct it");
    }

    [Fact]
    public async Task A_replay_shows_its_progress_and_can_be_cancelled()
    {
        await using var visitor = await site.Staff("admin");
        var page = visitor.Page;
        await Ask(visitor, "articles", "bus:feedback-when-article-retracted", "apply", "To see it go on", rate: 1);

        await Expect(page.GetByRole(AriaRole.Progressbar)).ToHaveAttributeAsync("aria-valuenow", new Regex("^[0-9]+$"));
        await Expect(page.Locator(".running")).ToContainTextAsync("sending");
        await visitor.Open("/console/replays", "Replays");
        await Expect(page.Locator("tr", new() { HasText = "To see it go on" }).GetByRole(AriaRole.Progressbar)).ToBeVisibleAsync();
        await page.Locator("tr", new() { HasText = "To see it go on" }).GetByRole(AriaRole.Link).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel the replay" }).ClickAsync();
        await Expect(page.GetByText("Cancelled by")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Cancel the replay" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_overview_lists_the_events_that_a_store_has_lost()
    {
        await site.Platform.Sql("currency_rates", """
            insert into currency_rates.epoch select 1, '2026-11-29T10:00:00Z', 'Events that were relayed are missing.', 1,
              '[{"epoch":0,"sequence":7,"id":"0196a000-0000-7000-8000-00000000eeee","stream":"rates-2026-11-28","version":2}]', server
            from currency_rates.epoch where number = 0 on conflict do nothing
            """);
        await using var visitor = await site.Staff("operator");
        await visitor.Open("/console", "Overview");
        var rates = visitor.Page.Locator("[aria-labelledby=service-currency-rates]");
        await rates.GetByText("The store lost events that other services already knew: 1").ClickAsync();
        await Expect(rates.GetByText("Events that were relayed are missing.")).ToBeVisibleAsync();
        await Expect(rates.GetByRole(AriaRole.Listitem)).ToHaveTextAsync("rates-2026-11-28, 2");
        await Expect(visitor.Page.Locator("[aria-labelledby=service-comments]").GetByText("The store lost events")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_rejected_replay_request_shows_the_reason_and_keeps_the_input()
    {
        await using var visitor = await site.Staff("admin");
        await visitor.Open("/console/replays", "Replays");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "New replay" }).ClickAsync();
        await visitor.Page.GetByRole(AriaRole.Combobox, new() { Name = "Service", Exact = true }).SelectOptionAsync("articles");
        await visitor.Page.GetByRole(AriaRole.Combobox, new() { Name = "Target", Exact = true }).SelectOptionAsync("bus");
        await visitor.Page.GetByLabel("Only these event types").FillAsync("nothing_happened");
        await visitor.Page.GetByLabel("Reason", new() { Exact = true }).FillAsync("A test");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();

        await Expect(visitor.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("there are no events of type \"nothing_happened\"");
        await Expect(visitor.Page.GetByLabel("Reason", new() { Exact = true })).ToHaveValueAsync("A test");
    }

    [Fact]
    public async Task A_failed_message_is_inspected_and_retried()
    {
        await using var visitor = await site.Staff("admin");
        var (failure, article) = await Failed(
            visitor,
            "comments-when-article-retracted",
            "retry",
            a => new Public.ArticleRetracted(Guid.CreateVersion7(), $"article-{a}", 5, DateTimeOffset.UnixEpoch, a, "It was wrong."));
        await failure.GetByText("Message", new() { Exact = true }).ClickAsync();
        await Expect(failure.Locator("pre")).ToContainTextAsync($"{article}");

        await RemoveFault("retry");
        await failure.GetByRole(AriaRole.Checkbox).CheckAsync();
        await visitor.Page.GetByLabel("Reason", new() { Exact = true }).FillAsync("The cause was removed");
        await visitor.Page.Button("Retry").ClickAsync();
        await Expect(visitor.Page.Locator(".handled")).ToContainTextAsync("1 processed");
        await Expect(failure).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_failed_message_is_discarded_only_after_a_confirmation()
    {
        await using var visitor = await site.Staff("admin");
        var page = visitor.Page;
        var (failure, _) = await Failed(
            visitor,
            "comments-when-article-revised",
            "discard",
            a =>
                new Public.ArticleRevised(
                    Guid.CreateVersion7(), $"article-{a}", 2, DateTimeOffset.UnixEpoch, a, "news", [], DateTimeOffset.UnixEpoch,
                    new Dictionary<string, Public.ArticleText>()));
        await failure.GetByRole(AriaRole.Checkbox).CheckAsync();
        await page.Button("Discard").ClickAsync();
        await Expect(page.Button("Yes, discard permanently")).ToBeDisabledAsync();
        await page.GetByLabel("Reason", new() { Exact = true }).FillAsync("The article was a trial");
        await page.Button("Yes, discard permanently").ClickAsync();
        await Expect(page.Locator(".handled")).ToContainTextAsync("1 processed");
        await Expect(failure).ToHaveCountAsync(0);
        await RemoveFault("discard");
    }

    /// <summary>
    /// Makes a message about a new article fail in the comments service, with a fault that affects only this article, and opens the page
    /// of failures.
    /// </summary>
    private async Task<(ILocator Failure, Guid Article)> Failed(Visitor visitor, string queue, string fault, Func<Guid, object> message)
    {
        var article = Guid.CreateVersion7();
        await site.Platform.Sql("comments", $$"""
            create function comments.refuse_{{fault}}() returns trigger language plpgsql
              as $$ begin raise exception 'broken for a test'; end $$;
            create trigger refuse_{{fault}} before insert on comments.mt_events for each row
              when (new.stream_id = 'article-{{article}}') execute function comments.refuse_{{fault}}()
            """);
        await using (var bus = await site.Platform.Bus()) await bus.Publish(message(article));
        await visitor.Open("/console/failures", "Failures");
        var failure = visitor.Page.Locator("section.card", new() { HasText = $"{queue}_error" });
        await Expect(failure).ToContainTextAsync("broken for a test", new() { Timeout = 60_000 });
        return (failure, article);
    }

    private Task RemoveFault(string fault) =>
        site.Platform.Sql("comments", $"drop trigger refuse_{fault} on comments.mt_events; drop function comments.refuse_{fault}()");

    /// <summary>Requests a replay with the form and waits for its page.</summary>
    internal static async Task Ask(
        Visitor visitor,
        string service,
        string target,
        string mode,
        string reason,
        int? rate = null)
    {
        var page = visitor.Page;
        await visitor.Open("/console/replays", "Replays");
        await page.GetByRole(AriaRole.Button, new() { Name = "New replay" }).ClickAsync();
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Service", Exact = true }).SelectOptionAsync(service);
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Target", Exact = true }).SelectOptionAsync(target);
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Mode", Exact = true }).SelectOptionAsync(mode);
        if (rate is not null) await page.GetByLabel("Maximum events per second").FillAsync($"{rate}");
        await page.GetByLabel("Reason", new() { Exact = true }).FillAsync(reason);
        await page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/console/replays/.+/.+"));
        await Expect(page.Locator(".written", new() { HasText = reason })).ToBeVisibleAsync();
    }

    /// <summary>Posts comments on the seeded article.</summary>
    internal static async Task<IReadOnlyList<Guid>> Discuss(Site site, int comments)
    {
        var ids = new List<Guid>();
        for (var i = 0; i < comments; i++)
        {
            using var posted = await site.Platform.Reader.PostAsJsonAsync(
                $"/api/articles/{Site.Memorandum}/comments", new { author = "Ann", text = $"Words {Guid.CreateVersion7()}" });
            ids.Add(
                (await posted.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<System.Text.Json.JsonElement>()).GetProperty("id")
                    .GetGuid());
        }
        return ids;
    }
}
