using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Kit;
using Xunit;
using static Integration.Articles.Newsroom;

namespace Integration.Articles;

public class ExchangeTests(Newsroom desk) : IClassFixture<Newsroom>
{
    [Fact]
    public async Task Exported_articles_are_imported_elsewhere_with_ids_dates_and_slugs()
    {
        var at = new DateTimeOffset(2012, 6, 7, 8, 9, 10, 11, TimeSpan.Zero);
        var published = await desk.Published(
            Body(
                new { en = Text(slug: "exchange-old", body: "## Head", format: "markdown"), zh = Text("上合组织") },
                "analytics",
                ["trade"],
                ("occurredOn", "2012-06-06"),
                ("author", "Ann"),
                ("cover", new { url = "https://example.org/a.jpg", alt = new { en = "Flag" } })),
            at);
        await Ok(desk.Put(published, Body(new { en = Text("New title teh", slug: "exchange-new") }, "analytics")));
        await Ok(desk.Post($"/api/articles/{published}/publish"));
        await Ok(
            desk.Post($"/api/articles/{published}/correct", new { lang = "en", selection = "teh", replacement = "the", note = "A typo." }));
        await Ok(desk.Put(published, Body(new { en = Text("Draft title", slug: "exchange-new") }, "analytics")));
        await Ok(desk.Post($"/api/articles/{published}/schedule", new { at = desk.Clock.GetUtcNow().AddDays(300) }));
        var retracted = await desk.Published();
        await Ok(desk.Post($"/api/articles/{retracted}/retract", new { note = "Wrong." }));
        await desk.Drafted();

        var exported = await desk.Editor.GetStringAsync("/api/export/articles", TestContext.Current.CancellationToken);
        await using var elsewhere = new Newsroom();
        await ((IAsyncLifetime)elsewhere).InitializeAsync();
        var lines = exported.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(await Import(elsewhere, exported), r => Assert.Equal("created", r.GetProperty("result").GetString()));
        Assert.Equal(exported, await elsewhere.Editor.GetStringAsync("/api/export/articles", TestContext.Current.CancellationToken));
        Assert.All(await Import(elsewhere, exported), r => Assert.Equal("unchanged", r.GetProperty("result").GetString()));
        Assert.Equal(lines.Length, (await Import(elsewhere, exported)).Count);

        var there = await elsewhere.Get($"/api/articles/{published}");
        Assert.Equal(at, there.GetProperty("publishedAt").GetDateTimeOffset());
        Assert.Equal("A typo.", there.GetProperty("corrections")[0].GetProperty("note").GetString());
        // The client follows the redirect of the former slug.
        Assert.Equal(published, (await elsewhere.Get("/api/articles/exchange-old")).GetProperty("id").GetGuid());
        Assert.Equal("Wrong.", (await elsewhere.Get($"/api/articles/{retracted}")).GetProperty("retractionNote").GetString());
    }

    [Fact]
    public async Task Invalid_lines_do_not_prevent_the_import_of_valid_ones()
    {
        var (good, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        string Line(Guid id, string title, string section = "news", string body = "<p>x<script>alert(1)</script></p>") =>
            JsonSerializer.Serialize(new
            {
                id,
                content = new { section, translations = new { en = new { title, body } } },
                publishedAt = "2020-01-01T00:00:00Z",
            });
        var deep = string.Concat(Enumerable.Repeat("<blockquote>", 500));
        var results = await Import(desk, string.Join("\n",
            Line(good, "Good one"), "{ broken", "", Line(other, "<b></b>"),
            Line(Guid.CreateVersion7(), "No section", "nowhere"), "{\"id\":\"x\"}", Line(good, "Another text"),
            Line(other, "Deep", body: deep),
            Line(other, "Null").Replace("{\"title\"", "null,\"zh\":{\"title\"", StringComparison.Ordinal), Line(other, "Good two")));
        Assert.Equal(
            [
                "1 created", "2 rejected", "4 rejected", "5 rejected", "6 rejected", "7 rejected", "8 rejected", "9 rejected",
                "10 created",
            ],
            results.Select(r => $"{r.GetProperty("line")} {r.GetProperty("result").GetString()}"));
        Assert.Contains("title", results[2].GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("translations.en.body: ", results[6].GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.Contains("'translations'", results[7].GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.Equal("<p>x</p>", (await desk.Get($"/api/articles/{good}")).GetProperty("bodyHtml").GetString());
    }

    [Fact]
    public async Task A_line_with_a_date_at_the_end_of_the_calendar_is_rejected_and_the_others_are_imported()
    {
        string Line(string date, string name = "publishedAt")
        {
            var content = new { section = "news", translations = new { en = new { title = Some.Word("dated"), body = "<p>x</p>" } } };
            return JsonSerializer.Serialize(new Dictionary<string, object> { ["id"] = Some.Id(), ["content"] = content, [name] = date });
        }
        var results = await Import(desk, string.Join(
            "\n",
            Line("2014-03-05T07:00:00Z"),
            Line("0001-01-01T00:00:00Z"),
            Line("9999-12-31T23:59:59Z", "scheduledFor"),
            Line("2014-03-06T07:00:00Z")));
        Assert.Equal(["created", "rejected", "rejected", "created"], results.Select(r => r.GetProperty("result").GetString()));
        Assert.Contains("publishedAt", results[1].GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.Contains("scheduledFor", results[2].GetProperty("problem").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wordpress_export_is_imported_once()
    {
        const string Wxr = """
            <?xml version="1.0" encoding="UTF-8"?>
            <rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
              xmlns:content="http://purl.org/rss/1.0/modules/content/"
              xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
            <channel><title>Old site</title>
            <item><title>Саммит &amp; итоги</title><link>https://old.example.org/?p=7</link>
              <dc:creator><![CDATA[ann]]></dc:creator><guid isPermaLink="false">https://old.example.org/?p=7</guid>
              <content:encoded><![CDATA[First [caption id="1"]picture[/caption]<script>alert(1)</script> paragraph

            <h1>Head</h1>

            Second <span style="color:red">paragraph</span>]]></content:encoded><excerpt:encoded><![CDATA[<p>Short</p>]]></excerpt:encoded>
              <wp:post_id>7</wp:post_id><wp:post_date_gmt><![CDATA[2015-07-10 09:30:00]]></wp:post_date_gmt>
              <wp:post_name><![CDATA[%d1%81%d0%b0%d0%bc%d0%bc%d0%b8%d1%82]]></wp:post_name>
              <wp:status><![CDATA[publish]]></wp:status><wp:post_type><![CDATA[post]]></wp:post_type>
              <category domain="post_tag" nicename="x"><![CDATA[Торговля]]></category>
              <wp:postmeta><wp:meta_key><![CDATA[_thumbnail_id]]></wp:meta_key>
                <wp:meta_value><![CDATA[9]]></wp:meta_value></wp:postmeta></item>
            <item><title>Draft</title><guid>https://old.example.org/?p=8</guid>
              <content:encoded><![CDATA[<!-- wp:paragraph --><p>Body</p><!-- /wp:paragraph -->]]></content:encoded>
              <wp:post_id>8</wp:post_id><wp:status>draft</wp:status><wp:post_type>post</wp:post_type></item>
            <item><title>Picture</title><guid>https://old.example.org/?p=9</guid><wp:post_id>9</wp:post_id>
              <wp:attachment_url>https://old.example.org/a.jpg</wp:attachment_url>
              <wp:status>inherit</wp:status><wp:post_type>attachment</wp:post_type></item>
            <item><title></title><guid>https://old.example.org/?p=10</guid><wp:post_id>10</wp:post_id>
              <wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item>
            </channel></rss>
            """;
        var results = await Import(desk, Wxr, "/api/import/wordpress?section=news&lang=ru", "application/xml");
        Assert.Equal(["created", "created", "skipped", "rejected"], results.Select(r => r.GetProperty("result").GetString()!));
        var shown = await desk.Get($"/api/articles/{results[0].GetProperty("id").GetGuid()}");
        Assert.Equal("Саммит & итоги", shown.GetProperty("title").GetString());
        Assert.Equal("<p>First picture paragraph</p>\n<h2>Head</h2>\n<p>Second paragraph</p>", shown.GetProperty("bodyHtml").GetString());
        Assert.Equal(
            ("sammit", "Short", "ann", "2015-07-10T09:30:00+00:00", "https://old.example.org/a.jpg"),
            (shown.GetProperty("slug").GetString(), shown.GetProperty("lead").GetString(), shown.GetProperty("author").GetString(),
                shown.GetProperty("publishedAt").GetString(), shown.GetProperty("cover").GetProperty("url").GetString()));
        var again = await Import(desk, Wxr, "/api/import/wordpress?section=news&lang=ru", "application/xml");
        Assert.Equal(["unchanged", "unchanged", "skipped", "rejected"], again.Select(r => r.GetProperty("result").GetString()!));
    }

    [Fact]
    public async Task A_password_protected_post_is_imported_as_a_draft()
    {
        var file = Export(
            Post("Secret", "publish", "<wp:post_password><![CDATA[orchid-47]]></wp:post_password>"),
            Post("Secret later", "future", "<wp:post_password>orchid-47</wp:post_password>"),
            Post("Private", "private"),
            Post("For everybody", "publish", "<wp:post_password></wp:post_password>"));
        foreach (var outcome in new[] { "created", "unchanged" })
        {
            var results = await Import(desk, file, "/api/import/wordpress?section=news&lang=en", "application/xml");
            Assert.Equal([outcome, outcome, "skipped", outcome], results.Select(r => r.GetProperty("result").GetString()!));
            foreach (var secret in results.Take(2))
            {
                Assert.Contains("password", secret.GetProperty("problem").GetString(), StringComparison.Ordinal);
                var id = secret.GetProperty("id").GetGuid();
                using var answer = await desk.Client().GetAsync($"/api/articles/{id}", TestContext.Current.CancellationToken);
                Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
                using var draft = await desk.Editor.GetAsync($"/api/articles/{id}/draft", TestContext.Current.CancellationToken);
                var text = await draft.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                Assert.Equal("draft", JsonSerializer.Deserialize<JsonElement>(text).GetProperty("state").GetString());
            }
            var shown = await desk.Get($"/api/articles/{results[3].GetProperty("id").GetGuid()}");
            Assert.Equal("For everybody", shown.GetProperty("title").GetString());
        }
    }

    [Fact]
    public async Task Posts_are_imported_despite_a_control_character_or_a_blank_first_line()
    {
        var file = "\n" + Export(Post(Some.Word("one"), "draft"), Post(Some.Word("two\v"), "draft"), Post(Some.Word("three"), "draft"));
        var results = await Import(desk, file, "/api/import/wordpress?section=news&lang=en", "application/xml");
        Assert.Equal(["created", "created", "created", "warning"], results.Select(r => r.GetProperty("result").GetString()!));
        Assert.StartsWith("1 control character", results[3].GetProperty("problem").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Posts_before_an_xml_error_are_imported()
    {
        var file = Export(Post(Some.Word("one"), "draft"), Post(Some.Word("two"), "draft"), "<item><title>Three</titel></item>");
        var results = await Import(desk, file, "/api/import/wordpress?section=news&lang=en", "application/xml");
        Assert.Equal(["created", "created", "rejected"], results.Select(r => r.GetProperty("result").GetString()!));
        Assert.Equal(3, results[2].GetProperty("line").GetInt32());
    }

    [Fact]
    public async Task Two_posts_with_the_same_name_get_numbered_slugs_and_keep_them()
    {
        var name = Some.Word("digest");
        var named = $"<wp:post_name>{name}</wp:post_name>";
        var file = Export(Post("Weekly digest", "publish", named), Post("Weekly digest", "publish", named));
        foreach (var outcome in new[] { "created", "unchanged" })
        {
            var results = await Import(desk, file, "/api/import/wordpress?section=news&lang=en", "application/xml");
            Assert.Equal([outcome, outcome], results.Select(r => r.GetProperty("result").GetString()!));
            var second = await desk.Get($"/api/articles/{results[1].GetProperty("id").GetGuid()}");
            Assert.Equal($"{name}-2", second.GetProperty("slug").GetString());
        }
    }

    private static string Export(params string[] items) => $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/"><channel>
        {string.Join('\n', items)}
        </channel></rss>
        """;

    private static string Post(string title, string status, string more = "") => $"""
        <item><title>{title}</title><guid>https://old.example.org/?p={Some.Word("post")}</guid>
        <content:encoded><![CDATA[<p>Text</p>]]></content:encoded><wp:post_date_gmt>2014-03-05 07:00:00</wp:post_date_gmt>
        <wp:status>{status}</wp:status><wp:post_type>post</wp:post_type>{more}</item>
        """;

    [Fact]
    public async Task A_file_with_a_document_type_or_invalid_xml_is_rejected()
    {
        foreach (var file in new[] { "<!DOCTYPE x [<!ENTITY a \"b\">]><rss>&a;</rss>", "<rss><channel><item>", "no xml" })
            Assert.Contains(
                "XML",
                Assert.Single(await Import(desk, file, "/api/import/wordpress?section=news&lang=en", "application/xml"))
                    .GetProperty("problem")
                    .GetString(),
                StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/api/export/articles")]
    [InlineData("POST", "/api/import/articles")]
    [InlineData("POST", "/api/import/wordpress?section=news&lang=en")]
    [InlineData("PUT", "/api/links/a")]
    [InlineData("POST", "/api/articles/01980000-0000-7000-8000-000000000001/schedule")]
    [InlineData("POST", "/api/articles/01980000-0000-7000-8000-000000000001/correct")]
    [InlineData("POST", "/api/articles/01980000-0000-7000-8000-000000000001/restore")]
    [InlineData("POST", "/api/articles/01980000-0000-7000-8000-000000000001/feature")]
    public async Task Only_editors_can_export_import_and_change_articles(string method, string path)
    {
        foreach (var (client, status) in new[]
        {
            (desk.Reader, HttpStatusCode.Unauthorized),
            (desk.Client("moderator", "operator", "admin"), HttpStatusCode.Forbidden),
        })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            Assert.Equal(status, (await client.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
        }
    }

    private static async Task<List<JsonElement>> Import(
        Newsroom desk, string body, string path = "/api/import/articles", string type = "application/x-ndjson")
    {
        using var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type));
        var answer = await desk.Editor.PostAsync(path, content, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, text);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonSerializer.Deserialize<JsonElement>(l))];
    }
}
