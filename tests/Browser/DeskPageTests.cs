using Kit;
using Microsoft.Playwright;
using Xunit;

namespace Browser;

/// <summary>Rules for the console pages of editors and moderators.</summary>
public class DeskPageTests(Site site)
{
    [Theory]
    [InlineData("editor"), InlineData("moderator"), InlineData("publisher")]
    public async Task No_desk_violates_WCAG_in_light_or_dark(string role)
    {
        await using var visitor = await site.Staff(role, new() { ColorScheme = ColorScheme.Light });
        var violations = new List<string>();
        foreach (var path in await Pages(role))
        {
            await visitor.Desk(path);
            violations.AddRange(await visitor.Page.Violations($"{path} (light)"));
            await visitor.InDarkTheme(async () => violations.AddRange(await visitor.Page.Violations($"{path} (dark)")));
        }
        Assert.True(violations.Count == 0, string.Join("\n", violations));
    }

    [Theory]
    [InlineData("editor"), InlineData("moderator"), InlineData("publisher")]
    public async Task No_desk_is_wider_than_a_phone_screen(string role)
    {
        await using var visitor = await site.Staff(role, new() { ViewportSize = new() { Width = 360, Height = 800 } });
        foreach (var path in await Pages(role))
        {
            await visitor.Desk(path);
            Assert.True(await visitor.FitsTheScreen(), $"{path} must be scrolled horizontally");
        }
    }

    [Theory]
    [InlineData("editor", "ru"), InlineData("editor", "zh"), InlineData("moderator", "ru"), InlineData("moderator", "zh")]
    [InlineData("publisher", "ru"), InlineData("publisher", "zh")]
    public async Task A_desk_is_in_the_chosen_language_except_for_names_and_user_content(string role, string lang)
    {
        await using var visitor = await site.Staff(role);
        await visitor.Speak(lang);
        var (foreign, strange) = (Scripts.ForeignTo(lang), new List<string>());
        foreach (var path in await Pages(role))
        {
            await visitor.Desk(path);
            var texts = await visitor.Page.EvaluateAsync<string[]>("""
                lang => {
                  const skipped = node => node.closest(`script, style, code, [translate="no"], [lang]:not([lang="${lang}"]), option`);
                  const texts = [], main = document.querySelector("main"), walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
                  while (walker.nextNode()) {
                    const { nodeValue, parentElement } = walker.currentNode;
                    if (nodeValue.trim() && !skipped(parentElement)) texts.push(nodeValue.trim());
                  }
                  for (const field of main.querySelectorAll("[placeholder]")) texts.push(field.placeholder);
                  return texts;
                }
                """, lang);
            Assert.NotEmpty(texts);
            strange.AddRange(texts.Where(t => foreign.IsMatch(t)).Select(t => $"{path}: {t}"));
        }
        Assert.True(strange.Count == 0, string.Join("\n", strange));
    }

    /// <summary>One page of every kind, with content.</summary>
    private Task<string[]> Pages(string role) => site.Once($"desks {role}", role switch
    {
        "moderator" => Moderators,
        "publisher" => Publishers,
        _ => Editors,
    });

    private async Task<string[]> Moderators()
    {
        var (article, _) = await site.Published();
        var (hidden, flagged) = (await site.Held(article), await site.Held(article));
        await site.Held(article);
        using var moderator = await site.Platform.SignedIn("moderator");
        await moderator.Send(HttpMethod.Post, $"/api/comments/{hidden.Id}/hide", new { reason = "Advertising" });
        await moderator.Send(HttpMethod.Post, $"/api/comments/{flagged.Id}/approve");
        await site.Platform.Reader.Send(HttpMethod.Post, $"/api/comments/{flagged.Id}/flag", new { reason = "abuse" }, null);
        return
        [
            $"/console/moderation?article={article}",
            "/console/moderation?queue=flagged",
            $"/console/moderation?queue=hidden&article={article}",
            "/console/moderation/policies",
        ];
    }

    private async Task<string[]> Publishers()
    {
        var id = Guid.CreateVersion7();
        using var author = await site.Platform.SignedInAs("ben", "author");
        var translations = new { en = new { title = $"Review {id:N}", body = "<p>The council met.</p>" } };
        await author.Send(HttpMethod.Put, $"/api/articles/{id}", new { section = "news", translations });
        await author.Send(HttpMethod.Post, $"/api/articles/{id}/submit");
        await author.Send(HttpMethod.Put, $"/api/articles/{id}/notes/{id}", new { text = "12:30?" }, null);
        await author.Send(HttpMethod.Put, $"/api/articles/{id}/presence/{id}", null, null);
        return
        [
            "/console/sections", "/console/articles?stage=inReview", $"/console/articles/{id}", $"/console/articles/{id}/versions",
            "/console/schedule",
        ];
    }

    private async Task<string[]> Editors()
    {
        var (article, _) = await site.Published("<p>The councl met in Astana.</p>");
        await Eventually.IsTrue(
            async () =>
                (await site.Platform.Reader.PostAsync(
                    "/api/feedback/typos",
                    System.Net.Http.Json.JsonContent.Create(new { articleId = article, selection = "councl" }),
                    TestContext.Current.CancellationToken)).IsSuccessStatusCode,
            "the report is accepted",
            RunningPlatform.Patience);
        var ticket =
            (await site.Platform.Reader.Send(
                HttpMethod.Post,
                "/api/feedback/messages",
                new { topic = "general", name = "Ann", email = "ann@example.org", text = "Hello", consent = true },
                null))!["ticket"];
        return
        [
            "/console/articles", "/console/articles/new", $"/console/articles/{article}", $"/console/articles/{article}/versions",
            "/console/media", "/console/schedule", "/console/featured", "/console/typos", "/console/typos?status=closed",
            "/console/tickets", $"/console/tickets/{ticket}",
        ];
    }
}
