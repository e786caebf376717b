using System.Net;
using System.Text.Json;
using Comments.Exchange;
using Comments.Moderation;
using Comments.Posting;
using Comments.Threads;
using Kit;
using Platform.Contracts.Articles;
using Platform.Web;
using Xunit;

namespace Integration.Comments;

/// <summary>Importing comments from other systems, and exporting them.</summary>
[Collection<CommentsService>]
public class ExchangeTests(CommentsService service) : IDisposable
{
    private readonly HttpClient _moderator = service.Client("moderator");
    private readonly HttpClient _reader = service.Client();

    [Fact]
    public async Task A_Disqus_import_finds_articles_keeps_replies_and_can_be_repeated()
    {
        var (slug, n) = (Some.Word("slug"), Some.Word("n"));
        var article = await Article(slug);
        var file = $"""
            <?xml version="1.0" encoding="utf-8"?>
            <disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
              <category dsq:id="1"><title>General</title></category>
              <thread dsq:id="t{n}"><id>some-page</id><link>https://old.example/news/{slug}/</link></thread>
              <thread dsq:id="u{n}"><id/><link>https://old.example/unknown</link></thread>
              <post dsq:id="1{n}">
                <message><![CDATA[<p>Well <b>said</b>,<br>&amp; see <a href="https://a.example/x">this</a>.</p>]]></message>
                <createdAt>2019-09-02T10:00:00Z</createdAt><isDeleted>false</isDeleted><isSpam>false</isSpam>
                <author><name>Ann</name><email>ann@example.org</email></author><thread dsq:id="t{n}"/></post>
              <post dsq:id="2{n}"><message>Indeed.</message><createdAt>2019-09-02T11:00:00Z</createdAt>
                <isDeleted>false</isDeleted><isSpam>false</isSpam><author><name></name></author>
                <thread dsq:id="t{n}"/><parent dsq:id="1{n}"/></post>
              <post dsq:id="3{n}"><message>Buy!</message><createdAt>2019-09-02T12:00:00Z</createdAt>
                <isDeleted>false</isDeleted><isSpam>true</isSpam><author/><thread dsq:id="t{n}"/></post>
              <post dsq:id="4{n}"><message>Lost.</message><createdAt>2019-09-02T12:00:00Z</createdAt><author><name>Ben</name></author>
                <thread dsq:id="u{n}"/></post>
              <post dsq:id="5{n}"><message>When?</message><createdAt>soon</createdAt><author><name>Ben</name></author>
                <thread dsq:id="t{n}"/></post>
            </disqus>
            """;
        Assert.Equal(["created", "created", "skipped", "rejected", "rejected"], (await Import("disqus", file)).Select(r => r.Outcome));
        Assert.Equal(["unchanged", "unchanged", "skipped", "rejected", "rejected"], (await Import("disqus", file)).Select(r => r.Outcome));

        var root = Assert.Single(await List(article));
        var at = new DateTimeOffset(2019, 9, 2, 10, 0, 0, TimeSpan.Zero);
        Assert.Equal(("Ann", "Well **said**,\n& see [this](https://a.example/x).", at), (root.Author!, root.Text!, root.PostedAt));
        Assert.Equal(("Guest", "Indeed."), (root.Replies!.Items.Single().Author!, root.Replies.Items.Single().Text!));
        Assert.Equal(
            1, await service.Servers.Query<long>($"select count(*) from comments.mt_doc_commentcontact where id = 'comment-{root.Id}'"));
    }

    [Fact]
    public async Task A_WordPress_import_assigns_comments_to_their_posts_and_holds_unapproved_ones()
    {
        var slug = Some.Word("slug");
        var article = await Article(slug);
        var file = $"""
            <rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><item>
              <guid>https://old.example/?p={slug}</guid><link>https://old.example/{slug}</link><wp:post_id>7</wp:post_id>
              <wp:post_name>{slug}</wp:post_name>
              <wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_author>Ann</wp:comment_author>
                <wp:comment_author_email>ann@example.org</wp:comment_author_email>
                <wp:comment_date_gmt>2019-09-02 10:00:00</wp:comment_date_gmt><wp:comment_content>Well said.</wp:comment_content>
                <wp:comment_approved>1</wp:comment_approved><wp:comment_type/><wp:comment_parent>0</wp:comment_parent></wp:comment>
              <wp:comment><wp:comment_id>2</wp:comment_id><wp:comment_author>Ben</wp:comment_author>
                <wp:comment_date_gmt>2019-09-02 11:00:00</wp:comment_date_gmt><wp:comment_content>Waiting.</wp:comment_content>
                <wp:comment_approved>0</wp:comment_approved><wp:comment_parent>1</wp:comment_parent></wp:comment>
              <wp:comment><wp:comment_id>3</wp:comment_id><wp:comment_author>Ben</wp:comment_author>
                <wp:comment_date_gmt>2019-09-02 11:30:00</wp:comment_date_gmt><wp:comment_content>Indeed.</wp:comment_content>
                <wp:comment_approved>1</wp:comment_approved><wp:comment_parent>1</wp:comment_parent></wp:comment>
              <wp:comment><wp:comment_id>4</wp:comment_id><wp:comment_date_gmt>2019-09-02 12:00:00</wp:comment_date_gmt>
                <wp:comment_content>Ping</wp:comment_content><wp:comment_approved>1</wp:comment_approved>
                <wp:comment_type>pingback</wp:comment_type></wp:comment>
            </item></channel></rss>
            """;
        Assert.Equal(["created", "created", "created", "skipped"], (await Import("wordpress", file)).Select(r => r.Outcome));
        var root = Assert.Single(await List(article));
        Assert.Equal(("Well said.", "Indeed."), (root.Text!, root.Replies!.Items.Single().Text!));
        Assert.Equal(
            "not visible on the site it was imported from",
            (await _moderator.Walk<ModerationItem>($"/api/moderation/comments?article={article}")).Single().Reason);
    }

    [Fact]
    public async Task An_export_can_be_imported_again_and_contains_no_addresses()
    {
        var (article, other) = (await service.Article(), await service.Article());
        var root = (await _reader.Send(
            $"POST /api/articles/{article}/comments",
            new { author = "Ann", text = "Well said.", email = "ann@example.org" })).Is(HttpStatusCode.Created).As<CommentReceipt>().Id;
        (await _reader.Send($"POST /api/articles/{article}/comments", new { author = "Ben", text = "Indeed.", parentId = root }))
            .Is(HttpStatusCode.Created);
        var lines = (await _moderator.Send($"GET /api/export/comments?article={article}")).Is(HttpStatusCode.OK).Body;
        Assert.DoesNotContain("example.org", lines, StringComparison.Ordinal);
        var exported = lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => JsonSerializer.Deserialize<ExchangedComment>(l, Tolerant)!)
            .ToArray();
        Assert.Equal(["Well said.", "Indeed."], exported.Select(c => c.Text));
        Assert.Equal(["unchanged", "unchanged"], (await Import("jsonl", lines)).Select(r => r.Outcome));

        // With other ids and under another article, as if they had been lost.
        var ids = exported.ToDictionary(c => c.Id, _ => Some.Id());
        var moved = string.Join(
            '\n',
            exported.Select(
                c =>
                    JsonSerializer.Serialize(
                        c with { Id = ids[c.Id], ArticleId = other, ParentId = c.ParentId is { } p ? ids[p] : null },
                        global::Platform.Web.Json.Http)));
        Assert.Equal(
            ["created", "created", "rejected", "rejected"],
            (await Import(
                "jsonl",
                moved
                    + "\n{\"id\":1}\n"
                    + JsonSerializer.Serialize(exported[0] with { Id = Some.Id(), Text = " " }, global::Platform.Web.Json.Http)))
                        .Select(r => r.Outcome));
        Assert.Equal("Indeed.", Assert.Single(await List(other)).Replies!.Items.Single().Text);
    }

    [Fact]
    public async Task A_reply_that_precedes_its_parent_in_the_file_is_imported_below_it()
    {
        var (slug, n) = (Some.Word("slug"), Some.Word("n"));
        var article = await Article(slug);
        string Post(int number, string text, int? parent = null, bool deleted = false) =>
            $"""
            <post dsq:id="{number}{n}"><message><![CDATA[<p>{text}</p>]]></message><createdAt>2014-03-06T09:30:00Z</createdAt>
            <isDeleted>{(deleted ? "true" : "false")}</isDeleted><author><name>Ann</name></author>
            <thread dsq:id="t{n}"/>{(parent is null ? "" : $"<parent dsq:id=\"{parent}{n}\"/>")}</post>
            """;
        var file = $"""
            <disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
              <thread dsq:id="t{n}"><id/><link>https://old.example/news/{slug}/</link></thread>
              {Post(3, "Reply to the reply.", 2)}{Post(2, "Reply.", 1)}{Post(1, "Question.")}
              {Post(5, "To a deleted comment.", 4)}{Post(4, "gone", deleted: true)}
            </disqus>
            """;
        foreach (var outcome in new[] { "created", "unchanged" })
        {
            var results = (await Import("disqus", file)).OrderBy(r => r.Line).Select(r => (r.Line, r.Outcome));
            Assert.Equal([(1, outcome), (2, outcome), (3, outcome), (4, outcome), (5, "skipped")], results);
        }

        var comments = (await List(article)).ToDictionary(c => c.Text!);
        Assert.Equal(["Question.", "To a deleted comment."], comments.Keys.Order());
        var reply = Assert.Single(comments["Question."].Replies!.Items);
        Assert.Equal(("Reply.", "Reply to the reply."), (reply.Text, Assert.Single(reply.Replies!.Items).Text));
    }

    [Fact]
    public async Task Threads_are_matched_by_old_addresses_in_another_script()
    {
        var (n, slug) = (Some.Word("n"), "");
        slug = $"sammit-{n.ToLowerInvariant()}";
        var article = await Article(slug);
        var old = Uri.EscapeDataString($"саммит-{n}");
        string[] links =
        [
            $"https://old.example/2014/03/{old}/",
            $"http://old.example/2014/03/{old}/amp/",
            $"https://old.example/2014/03/{old}.html?utm_source=feed",
        ];
        var threads = links.Select((link, i) => $"""<thread dsq:id="{i}{n}"><id/><link>{link}</link></thread>""");
        var posts = links.Select((_, i) =>
            $"""
            <post dsq:id="{i}{n}"><message>By address {i}.</message><createdAt>2014-03-06T08:00:00Z</createdAt>
            <author><name>Ann</name></author><thread dsq:id="{i}{n}"/></post>
            """);
        var file = $"""
            <disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
            {string.Concat(threads)}{string.Concat(posts)}
            </disqus>
            """;
        Assert.Equal(["created", "created", "created"], (await Import("disqus", file)).Select(r => r.Outcome));
        Assert.Equal(3, (await List(article)).Count);
    }

    [Theory]
    [InlineData("> ")]
    [InlineData("- ")]
    [InlineData("*")]
    [InlineData("[")]
    public async Task Markup_that_is_nested_too_deeply_is_posted_edited_and_imported_as_plain_text(string sign)
    {
        var article = await service.Article();
        var deep = string.Concat(Enumerable.Repeat(sign, 200)) + "deep";
        using var author = service.Client();
        author.DefaultRequestHeaders.Add(EditToken.Header, "a secret of the test's own");
        var posted = (await author.Send($"POST /api/articles/{article}/comments", new { author = "Ann", text = deep }))
            .Is(HttpStatusCode.Created).As<CommentReceipt>().Id;
        (await author.Send($"PUT /api/comments/{posted}", new { text = deep + "er" })).Is(HttpStatusCode.OK);
        Assert.Contains("deeper", Assert.Single(await List(article)).Html, StringComparison.Ordinal);

        var lines = string.Join('\n', Line(article, "Ann", "Sound."), Line(article, "Ann", deep), Line(article, "Ann", "Sound too."));
        Assert.Equal(["created", "created", "created"], (await Import("jsonl", lines)).Select(r => r.Outcome));
        Assert.Contains(await List(article), c => c.Text == deep && c.Html!.Contains("deep", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_invalid_comment_does_not_end_the_import()
    {
        var article = await service.Article();
        string[] bad =
            [Line(article, "Ann", "zero \0"), Line(article, "\u200B", "Nameless."), Line(article, "Ann", "~~~word"), "{", "null"];
        var results = await Import("jsonl",
            string.Join('\n', [Line(article, "Ann", "Sound."), .. bad, Line(article, "Ann", "Sound too.")]));
        Assert.Equal(["created", .. bad.Select(_ => "rejected"), "created"], results.Select(r => r.Outcome));
    }

    private static string Line(Guid article, string author, string text) =>
        JsonSerializer.Serialize(new ExchangedComment(Some.Id(), article, author, text, Some.Noon), global::Platform.Web.Json.Http);

    [Theory]
    [InlineData("<wp:post_password>orchid-47</wp:post_password>", "skipped")]
    [InlineData("<wp:status>private</wp:status>", "skipped")]
    [InlineData("<wp:post_password></wp:post_password>", "created")]
    public async Task Comments_of_a_private_post_are_not_imported(string post, string outcome)
    {
        var slug = Some.Word("slug");
        await Article(slug);
        var file = $"""

            <?xml version="1.0" encoding="UTF-8"?>
            <rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><item>
              <guid>https://old.example/?p={slug}</guid><link>https://old.example/{slug}</link><wp:post_name>{slug}</wp:post_name>{post}
              <wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_author>Ann</wp:comment_author>
                <wp:comment_date_gmt>2019-09-02 10:00:00</wp:comment_date_gmt><wp:comment_content>Well\vsaid.</wp:comment_content>
                <wp:comment_approved>1</wp:comment_approved></wp:comment>
            </item></channel></rss>
            """.Replace("\\v", "\v", StringComparison.Ordinal);
        Assert.Equal([outcome, "warning"], (await Import("wordpress", file)).Select(r => r.Outcome));
    }

    [Fact]
    public async Task A_malformed_file_is_rejected_from_the_error_on()
    {
        Assert.Equal("rejected", Assert.Single(await Import("disqus", "<disqus><post></disqus>")).Outcome);
        Assert.Equal("rejected", Assert.Single(await Import("wordpress", "<!DOCTYPE rss [<!ENTITY a \"b\">]><rss>&a;</rss>")).Outcome);
        (await _reader.Send("POST /api/import/comments/jsonl", "{}")).IsProblem(401);
        (await _reader.Send("GET /api/export/comments")).IsProblem(401);
    }

    private async Task<Guid> Article(string slug)
    {
        var article = Some.Id();
        await service.PublishAndWait(
            Messages.Published(article, 2) with
            {
                Texts = new Dictionary<string, ArticleText> { ["en"] = new("Title", "Lead", slug, "") },
            });
        return article;
    }

    private async Task<ImportResult[]> Import(string kind, string file) =>
        [.. (await _moderator.Send(
            $"POST /api/import/comments/{kind}", file, contentType: kind == "jsonl" ? "application/x-ndjson" : "application/xml"))
            .Is(HttpStatusCode.OK).Body
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonSerializer.Deserialize<ImportResult>(l, Tolerant)!)];

    // Clients must accept absent properties, because properties that are null are omitted.
    private static readonly JsonSerializerOptions Tolerant = new(global::Platform.Web.Json.Http)
    {
        RespectRequiredConstructorParameters = false,
    };

    private Task<List<CommentItem>> List(Guid article) => _reader.Walk<CommentItem>($"/api/articles/{article}/comments?limit=50");

    public void Dispose()
    {
        _moderator.Dispose();
        _reader.Dispose();
    }
}
