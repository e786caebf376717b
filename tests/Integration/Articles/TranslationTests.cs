using System.Net;
using System.Text.Json;
using Xunit;
using static Integration.Articles.Newsroom;

namespace Integration.Articles;

public class TranslationTests(Newsroom desk) : IClassFixture<Newsroom>
{
    private static object EnglishAndRussian(
        string slug) => new { en = Text("Summit", slug: slug), ru = Text("Саммит", slug: slug + "-ru") };

    [Fact]
    public async Task A_missing_language_is_replaced_by_another_one_with_fallback_set()
    {
        var id = await desk.Published(Body(EnglishAndRussian("fallback")));
        var answer = await desk.Answer($"/api/articles/{id}?lang=zh");
        Assert.Equal("en", Assert.Single(answer.Content.Headers.ContentLanguage));
        var shown = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.True(shown.GetProperty("fallback").GetBoolean());

        var russian = await desk.Get($"/api/articles/{id}?lang=ru");
        Assert.Equal("Саммит", russian.GetProperty("title").GetString());
        Assert.False(russian.GetProperty("fallback").GetBoolean());
        Assert.Equal(
            ["en", "ru", "x-default"],
            russian.GetProperty("alternates").EnumerateArray().Select(a => a.GetProperty("hreflang").GetString()!));
        Assert.Equal("https://news.example.org/ru/articles/fallback-ru", russian.GetProperty("url").GetString());
    }

    [Fact]
    public async Task A_slug_shows_its_own_language()
    {
        await desk.Published(Body(EnglishAndRussian("own-language")));
        Assert.Equal("ru", (await desk.Get("/api/articles/own-language-ru")).GetProperty("lang").GetString());
        Assert.Equal("en", (await desk.Get("/api/articles/own-language-ru?lang=en")).GetProperty("lang").GetString());
    }

    [Fact]
    public async Task Lists_omit_articles_without_the_language_only_if_requested()
    {
        var id = await desk.Published(Body(English(), tags: ["fallback-list"]));
        Assert.Contains(id, await desk.Listed("lang=ru&tag=fallback-list"));
        Assert.Empty(await desk.Listed("lang=ru&tag=fallback-list&fallback=false"));
        var item = (await desk.Get("/api/articles?lang=ru&tag=fallback-list")).GetProperty("items")[0];
        Assert.True(item.GetProperty("fallback").GetBoolean());
    }

    [Fact]
    public async Task Cover_event_day_author_source_and_neighbours_are_shown()
    {
        var day = new DateTimeOffset(2011, 6, 15, 9, 0, 0, TimeSpan.Zero);
        var before = await desk.Published(Body(English(), "analytics"), day.AddDays(-1));
        var related = await desk.Published(Body(English("Related one")));
        var hidden = await desk.Drafted();
        var id = await desk.Published(
            Body(
                English(),
                "analytics",
                null,
                ("occurredOn", "2011-06-14"),
                ("author", "Ann <b>Lee</b>"),
                ("source", "SCO Secretariat"),
                ("related", new[] { hidden, related }),
                ("cover", new { url = "https://example.org/flag.jpg", alt = new { en = "A flag", ru = "Флаг" } })),
            day);
        var after = await desk.Published(Body(English(), "analytics"), day.AddDays(1));

        var shown = await desk.Get($"/api/articles/{id}");
        Assert.Equal("2011-06-14", shown.GetProperty("occurredOn").GetString());
        Assert.Equal("2011-06-15T09:00:00+00:00", shown.GetProperty("publishedAt").GetString());
        Assert.Equal("Ann Lee", shown.GetProperty("author").GetString());
        Assert.Equal("A flag", shown.GetProperty("cover").GetProperty("alt").GetString());
        Assert.Equal(related, Assert.Single(shown.GetProperty("related").EnumerateArray()).GetProperty("id").GetGuid());
        Assert.Equal(before, shown.GetProperty("previous").GetProperty("id").GetGuid());
        Assert.Equal(after, shown.GetProperty("next").GetProperty("id").GetGuid());
    }

    [Fact]
    public async Task Markdown_is_accepted_and_kept_for_the_editor()
    {
        var id = await desk.Published(Body(new { en = Text(body: "## Head\n\nWords", format: "markdown") }));
        Assert.Equal("<h2>Head</h2>\n<p>Words</p>", (await desk.Get($"/api/articles/{id}")).GetProperty("bodyHtml").GetString());
        Assert.Equal(
            "## Head\n\nWords",
            (await desk.Get($"/api/articles/{id}/draft", desk.Editor))
                .GetProperty("draft")
                .GetProperty("texts")
                .GetProperty("en")
                .GetProperty("markdown")
                .GetString());
    }

    [Fact]
    public async Task Text_print_view_and_metadata_represent_the_same_article()
    {
        var id = await desk.Published(Body(new
        {
            en = Text(
                "Head <i>line</i>",
                "<p>See <a href=\"/about\">us</a> and <a href=\"https://example.org/\">them</a>.</p>"
                + "<p>Note<a href=\"#n\">1</a></p><p id=\"n\">Source</p>",
                slug: "representations"),
        }));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/articles/{id}") { Headers = { { "Accept", "text/markdown" } } };
        var markdown = await desk.Answer(request);
        Assert.Equal("text/markdown", markdown.Content.Headers.ContentType!.MediaType);
        Assert.Contains(markdown.Headers, h => h.Key == "Surrogate-Key");
        Assert.StartsWith(
            "# Head line\n\n**Lead**\n\nSee [us](/about)",
            await markdown.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        Assert.Equal(
            "Head line\n\nLead\n\nSee us and them.\n\nNote1\n\nSource\n\nhttps://news.example.org/en/articles/representations\n",
            await desk.Text($"/api/articles/{id}/text?format=plain"));
        var print = await desk.Get($"/api/articles/{id}/print");
        Assert.Equal(
            ["https://news.example.org/about", "https://example.org/"],
            print.GetProperty("links").EnumerateArray().Select(l => l.GetString()!));
        Assert.Contains(
            "<a href=\"#text-n\">1</a></p><p id=\"text-n\">",
            print.GetProperty("bodyHtml").GetString()!,
            StringComparison.Ordinal);
        Assert.Contains("us</a><sup>[1]</sup>", print.GetProperty("bodyHtml").GetString()!, StringComparison.Ordinal);
        var metadata = await desk.Get($"/api/articles/{id}/metadata");
        Assert.Equal("NewsArticle", metadata.GetProperty("jsonLd").GetProperty("@type").GetString());
        Assert.Contains(
            metadata.GetProperty("og").EnumerateArray(),
            p => p.GetProperty("property").GetString() == "og:title" && p.GetProperty("content").GetString() == "Head line");
    }

    [Theory]
    [InlineData("cover", "javascript:alert(1)")]
    [InlineData("cover", "/relative.jpg")]
    [InlineData("cover", "https://user:word@example.org/")]
    public async Task A_cover_must_be_a_web_address(string name, string url)
    {
        var answer = await desk.Put(Guid.CreateVersion7(), Body(English(), "news", null, (name, new { url, alt = new { en = "x" } })));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(
            "cover.url", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
