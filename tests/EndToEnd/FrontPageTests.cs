using System.Net;
using System.Text.Json.Nodes;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>The content that readers find on a newly started portal: the seed data.</summary>
public class FrontPageTests(RunningPlatform platform) : EndToEndTests(platform)
{
    private const string Memorandum = "0196a000-0000-7000-8000-000000000101";
    private static readonly JsonArray Articles = Seeds("articles"), Comments = Seeds("comments");
    private static readonly Guid[] NewestFirst =
        [
            .. Articles.Where(s => Path(s).EndsWith("/publish", StringComparison.Ordinal))
            .OrderByDescending(s => DateTimeOffset.Parse(s!["body"]!["publishedAt"]!.GetValue<string>(), null))
            .Select(s => Guid.Parse(Path(s).Split('/')[3])),
        ];

    [Fact]
    public async Task The_front_page_lists_the_seeded_articles_newest_first()
    {
        var page = (await Platform.Reader.Read("/api/articles?limit=100"))["items"]!.AsArray();

        var ids = page.Select(i => i!["id"]!.GetValue<Guid>()).ToArray();
        Assert.True(NewestFirst.Length > 20);
        Assert.Equal(NewestFirst, ids.Where(NewestFirst.Contains));
        var times = page.Select(i => i!["publishedAt"]!.GetValue<DateTimeOffset>()).ToArray();
        Assert.Equal(times.OrderDescending(), times);
    }

    [Theory]
    [InlineData("en"), InlineData("ru"), InlineData("zh")]
    public async Task An_article_can_be_read_by_id_and_by_slug(string language)
    {
        var sent = Articles.Single(s => Path(s) == $"/api/articles/{Memorandum}")!["body"]!["translations"]![language]!;

        using var byId = await Platform.Reader.GetAsync($"/api/articles/{Memorandum}?lang={language}", Cancelled);
        using var bySlug = await Platform.Reader.GetAsync($"/api/articles/{sent["slug"]}?lang={language}", Cancelled);

        var article = JsonNode.Parse(await byId.Content.ReadAsStringAsync(Cancelled))!;
        Assert.Equal(sent["title"]!.ToString(), article["title"]!.ToString());
        Assert.Equal(sent["lead"]!.ToString(), article["lead"]!.ToString());
        Assert.Equal(sent["body"]!.ToString(), article["bodyHtml"]!.ToString());
        Assert.Equal(language, article["lang"]!.ToString());
        Assert.Equal(["en", "ru", "zh"], article["translations"]!.AsArray().Select(t => t!.ToString()));
        Assert.Equal(new DateTimeOffset(2017, 6, 13, 7, 10, 0, TimeSpan.Zero), article["publishedAt"]!.GetValue<DateTimeOffset>());
        Assert.Equal(await byId.Content.ReadAsStringAsync(Cancelled), await bySlug.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal(byId.Headers.ETag, bySlug.Headers.ETag);
    }

    [Fact]
    public async Task The_comments_of_an_article_are_listed_newest_first_and_counted()
    {
        var sent = Comments.Where(s => Path(s) == $"/api/articles/{Memorandum}/comments")
            .Select(s => Guid.Parse(s!["headers"]!["Idempotency-Key"]!.ToString()))
            .ToArray();

        Assert.NotEmpty(sent);
        Assert.Equal(sent.Reverse(), await Platform.Reader.CommentIds(Guid.Parse(Memorandum)));
        await Platform.Reader.WaitUntilCountIs(Guid.Parse(Memorandum), sent.Length);
    }

    [Fact]
    public async Task Sections_are_listed_in_their_order()
    {
        var sections = (await Platform.Reader.Read("/api/sections"))["items"]!.AsArray();

        Assert.Equal(["news", "analytics"], sections.Select(s => s!["key"]!.ToString()));
        Assert.All(sections, s => Assert.All(["en", "ru", "zh"], language => Assert.NotEmpty(s!["names"]![language]!.ToString())));
    }

    [Fact]
    public async Task Seeding_again_changes_nothing()
    {
        foreach (var article in Comments.GroupBy(Path).Where(seeds => seeds.Key.EndsWith("/comments", StringComparison.Ordinal)))
            await Platform.Reader.WaitUntilCountIs(Guid.Parse(article.Key.Split('/')[3]), article.Count());
        var before = await Snapshot();

        var output = await Platform.Script("seed");

        Assert.Equal(
            Directory.GetFiles(System.IO.Path.Combine(RunningPlatform.Root, "seeds"), "*.json").Length,
            output.Split('\n').Count(line => line.Contains(" 0 skipped because they were changed, 0 failed", StringComparison.Ordinal)));
        Assert.Equal(before, await Snapshot());
    }

    /// <summary>All content for readers and editors with its versions, and the number of events that each service has stored.</summary>
    private async Task<List<string>> Snapshot()
    {
        using var editor = await Platform.SignedIn("editor");
        var seen = new List<string>();
        string[] paths = ["/api/articles?limit=100", "/api/sections", "/api/rates?date=2025-04-03", "/api/feedback/messages",
            .. NewestFirst.SelectMany(id => new[] { $"/api/articles/{id}", $"/api/articles/{id}/draft", $"/api/articles/{id}/comments" })];
        foreach (var path in paths)
        {
            using var answer = await editor.GetAsync(path, Cancelled);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            seen.Add($"{path} {answer.Headers.ETag} {await answer.Content.ReadAsStringAsync(Cancelled)}");
        }
        foreach (var service in RunningPlatform.Services) seen.Add($"{service} {await Platform.Stored(service)}");
        return seen;
    }

    private static string Path(JsonNode? seed) => seed!["path"]!.ToString();

    private static JsonArray Seeds(string name) =>
        JsonNode.Parse(File.ReadAllText(System.IO.Path.Combine(RunningPlatform.Root, "seeds", $"{name}.json")))!.AsArray();
}
