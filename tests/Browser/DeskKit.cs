using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kit;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Browser;

/// <summary>Helpers for tests of the console. They create test data through the gateway, as client apps do.</summary>
internal static class DeskKit
{
    /// <summary>Opens a page of the console and waits until its data is loaded.</summary>
    public static async Task Desk(this Visitor visitor, string path)
    {
        await visitor.Go(path);
        await Expect(visitor.Page.Locator("main h1")).ToBeVisibleAsync();
        await Expect(visitor.Page.Locator("main .waiting")).ToHaveCountAsync(0);
    }

    /// <summary>Selects the language of the console.</summary>
    public static Task Speak(this Visitor visitor, string lang) => visitor.Go($"/console/language/{lang}?back=/console/denied");

    /// <summary>Runs an action while the page uses the dark theme.</summary>
    public static async Task InDarkTheme(this Visitor visitor, Func<Task> action)
    {
        var dark = visitor.Page.Locator(".mud-appbar button[aria-pressed]");
        await dark.ClickAsync();
        await Expect(dark).ToHaveAttributeAsync("aria-pressed", "true");
        await action();
        await visitor.Page.EvaluateAsync("localStorage.setItem('theme', 'light')");
    }

    public static async Task<JsonNode> Read(this HttpClient client, string path) =>
        JsonNode.Parse(await client.GetStringAsync(path, TestContext.Current.CancellationToken))!;

    public static async Task<JsonNode?> Send(
        this HttpClient client,
        HttpMethod method,
        string path,
        object? body = null,
        string? ifMatch = "*")
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = body is null ? null : JsonContent.Create(body, options: JsonSerializerOptions.Web),
        };
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    /// <summary>Publishes an article with a unique title.</summary>
    public static async Task<(Guid Id, string Title)> Published(this Site site, string body = "<p>The council met in Astana.</p>")
    {
        var (id, title) = (Guid.CreateVersion7(), $"Meeting {Guid.CreateVersion7():N}");
        using var editor = await site.Platform.SignedIn("editor");
        await editor.Send(
            HttpMethod.Put,
            $"/api/articles/{id}",
            new { section = "news", translations = new { en = new { title, lead = "In short", body } } });
        await editor.Send(HttpMethod.Post, $"/api/articles/{id}/publish");
        return (id, title);
    }

    /// <summary>Waits until the comments service has received the event about an article.</summary>
    public static Task MayBeDiscussed(this Site site, Guid article) => Eventually.IsTrue(
        async () =>
            (await site.Platform.Reader.GetAsync(
                $"/api/articles/{article}/comments", TestContext.Current.CancellationToken)).IsSuccessStatusCode,
        "the article can be discussed",
        RunningPlatform.Patience);

    /// <summary>Publishes a new article that can be discussed.</summary>
    public static async Task<Guid> Discussed(this Site site)
    {
        var (id, _) = await site.Published();
        await site.MayBeDiscussed(id);
        return id;
    }

    /// <summary>Posts a comment that is published at once.</summary>
    public static async Task<Guid> Post(this Site site, Guid article, string text, Guid? parentId = null) =>
        Guid.Parse((string)(await site.Platform.Reader.Send(
            HttpMethod.Post, $"/api/articles/{article}/comments", new { author = "Ann", text, parentId }, null))!["id"]!);

    /// <summary>Posts a comment that is held for moderation, because it has many links.</summary>
    public static async Task<(Guid Id, string Author)> Held(this Site site, Guid article, string? email = null)
    {
        var author = $"Ann {Guid.CreateVersion7():N}";
        await site.MayBeDiscussed(article);
        var posted = await site.Platform.Reader.Send(
            HttpMethod.Post,
            $"/api/articles/{article}/comments",
            new { author, email, text = $"Said {author} http://a.example http://b.example http://c.example" },
            null);
        Assert.Equal("held", (string?)posted!["status"]);
        return (Guid.Parse((string)posted["id"]!), author);
    }

    /// <summary>Waits for a message in the page's live region.</summary>
    public static Task Says(this IPage page, string text) =>
        Expect(page.Locator("[role=status]").Filter(new() { HasText = text }).First).ToBeVisibleAsync();

    public static ILocator Button(this IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public static ILocator Heading(this IPage page, string name) => page.GetByRole(AriaRole.Heading, new() { Name = name });
}
