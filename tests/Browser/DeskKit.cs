using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kit;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Browser;

/// <summary>
/// What tests of the console's desks share: what they find there when they begin, made through the gateway as client apps make it.
/// </summary>
internal static class DeskKit
{
    /// <summary>Goes to a desk and waits until it shows what it has.</summary>
    public static async Task Desk(this Visitor visitor, string path)
    {
        await visitor.Go(path);
        await Expect(visitor.Page.Locator("main h1")).ToBeVisibleAsync();
        await Expect(visitor.Page.Locator("main .waiting")).ToHaveCountAsync(0);
    }

    /// <summary>From here on the console speaks that language to them.</summary>
    public static Task Speak(this Visitor visitor, string lang) => visitor.Go($"/console/language/{lang}?back=/console/denied");

    /// <summary>Does something while the page they are at is dark.</summary>
    public static async Task InTheDark(this Visitor visitor, Func<Task> deed)
    {
        var dark = visitor.Page.Locator(".mud-appbar button[aria-pressed]");
        await dark.ClickAsync();
        await Expect(dark).ToHaveAttributeAsync("aria-pressed", "true");
        await deed();
        await visitor.Page.EvaluateAsync("localStorage.setItem('theme', 'light')");
    }

    public static async Task<JsonNode> Read(this HttpClient client, string path) =>
        JsonNode.Parse(await client.GetStringAsync(path, TestContext.Current.CancellationToken))!;

    public static async Task<JsonNode?> Send(
        this HttpClient client, HttpMethod method, string path, object? body = null, string? ifMatch = "*")
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

    /// <summary>An article that readers see, with a title of its own.</summary>
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

    /// <summary>The comments service hears of an article by event.</summary>
    public static Task MayBeDiscussed(this Site site, Guid article) => Eventually.IsTrue(
        async () =>
            (await site.Platform.Reader.GetAsync(
                $"/api/articles/{article}/comments", TestContext.Current.CancellationToken)).IsSuccessStatusCode,
        "the article may be discussed",
        RunningPlatform.Patience);

    /// <summary>An article of its own that can be discussed.</summary>
    public static async Task<Guid> Discussed(this Site site)
    {
        var (id, _) = await site.Published();
        await site.MayBeDiscussed(id);
        return id;
    }

    /// <summary>A comment that readers see at once.</summary>
    public static async Task<Guid> Post(this Site site, Guid article, string text, Guid? parentId = null) =>
        Guid.Parse((string)(await site.Platform.Reader.Send(
            HttpMethod.Post, $"/api/articles/{article}/comments", new { author = "Ann", text, parentId }, null))!["id"]!);

    /// <summary>A comment that waits for moderators: it has many links.</summary>
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

    /// <summary>The text of a message in the page's live region.</summary>
    public static Task Says(this IPage page, string text) =>
        Expect(page.Locator("[role=status]").Filter(new() { HasText = text }).First).ToBeVisibleAsync();

    public static ILocator Button(this IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public static ILocator Heading(this IPage page, string name) => page.GetByRole(AriaRole.Heading, new() { Name = name });
}
