using System.Net;
using System.Text.Json;
using Comments;
using Kit;
using Platform.Contracts.Articles;
using Xunit;

namespace Integration.Comments;

/// <summary>Comments from elsewhere, and on their way there.</summary>
[Collection<CommentsService>]
public class ExchangeTests(CommentsService service) : IDisposable
{
    private readonly HttpClient _moderator = service.Client("moderator");
    private readonly HttpClient _reader = service.Client();

    [Fact]
    public async Task Disqus_threads_find_their_articles_and_keep_who_answers_whom_however_often_they_are_sent()
    {
        var (slug, n) = (Some.Word("slug"), Some.Word("n"));
        var article = await Article(slug);
        var file = $"""
            <?xml version="1.0" encoding="utf-8"?>
            <disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
              <category dsq:id="1"><title>General</title></category>
              <thread dsq:id="t{n}"><id>some-page</id><link>https://old.example/news/{slug}/</link></thread>
              <thread dsq:id="u{n}"><id/><link>https://old.example/unknown</link></thread>
              <post dsq:id="1{n}"><message><![CDATA[<p>Well <b>said</b>,<br>&amp; see <a href="https://a.example/x">this</a>.</p>]]></message><createdAt>2019-09-02T10:00:00Z</createdAt><isDeleted>false</isDeleted><isSpam>false</isSpam><author><name>Ann</name><email>ann@example.org</email></author><thread dsq:id="t{n}"/></post>
              <post dsq:id="2{n}"><message>Indeed.</message><createdAt>2019-09-02T11:00:00Z</createdAt><isDeleted>false</isDeleted><isSpam>false</isSpam><author><name></name></author><thread dsq:id="t{n}"/><parent dsq:id="1{n}"/></post>
              <post dsq:id="3{n}"><message>Buy!</message><createdAt>2019-09-02T12:00:00Z</createdAt><isDeleted>false</isDeleted><isSpam>true</isSpam><author/><thread dsq:id="t{n}"/></post>
              <post dsq:id="4{n}"><message>Lost.</message><createdAt>2019-09-02T12:00:00Z</createdAt><author><name>Ben</name></author><thread dsq:id="u{n}"/></post>
              <post dsq:id="5{n}"><message>When?</message><createdAt>soon</createdAt><author><name>Ben</name></author><thread dsq:id="t{n}"/></post>
            </disqus>
            """;
        Assert.Equal(["created", "created", "skipped", "rejected", "rejected"], (await Import("disqus", file)).Select(r => r.Outcome));
        Assert.Equal(["unchanged", "unchanged", "skipped", "rejected", "rejected"], (await Import("disqus", file)).Select(r => r.Outcome));

        var root = Assert.Single(await List(article));
        Assert.Equal(("Ann", "Well said,\n& see this (https://a.example/x).", new DateTimeOffset(2019, 9, 2, 10, 0, 0, TimeSpan.Zero)), (root.Author!, root.Text!, root.PostedAt));
        Assert.Equal(("Guest", "Indeed."), (root.Replies!.Items.Single().Author!, root.Replies.Items.Single().Text!));
        Assert.Equal(1, await service.Servers.Query<long>($"select count(*) from comments.mt_doc_commentcontact where id = 'comment-{root.Id}'"));
    }

    [Fact]
    public async Task WordPress_comments_come_with_their_posts_and_what_was_not_approved_is_held()
    {
        var slug = Some.Word("slug");
        var article = await Article(slug);
        var file = $"""
            <rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><item>
              <guid>https://old.example/?p={slug}</guid><link>https://old.example/{slug}</link><wp:post_id>7</wp:post_id><wp:post_name>{slug}</wp:post_name>
              <wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_author>Ann</wp:comment_author><wp:comment_author_email>ann@example.org</wp:comment_author_email><wp:comment_date_gmt>2019-09-02 10:00:00</wp:comment_date_gmt><wp:comment_content>Well said.</wp:comment_content><wp:comment_approved>1</wp:comment_approved><wp:comment_type/><wp:comment_parent>0</wp:comment_parent></wp:comment>
              <wp:comment><wp:comment_id>2</wp:comment_id><wp:comment_author>Ben</wp:comment_author><wp:comment_date_gmt>2019-09-02 11:00:00</wp:comment_date_gmt><wp:comment_content>Waiting.</wp:comment_content><wp:comment_approved>0</wp:comment_approved><wp:comment_parent>1</wp:comment_parent></wp:comment>
              <wp:comment><wp:comment_id>3</wp:comment_id><wp:comment_author>Ben</wp:comment_author><wp:comment_date_gmt>2019-09-02 11:30:00</wp:comment_date_gmt><wp:comment_content>Indeed.</wp:comment_content><wp:comment_approved>1</wp:comment_approved><wp:comment_parent>1</wp:comment_parent></wp:comment>
              <wp:comment><wp:comment_id>4</wp:comment_id><wp:comment_date_gmt>2019-09-02 12:00:00</wp:comment_date_gmt><wp:comment_content>Ping</wp:comment_content><wp:comment_approved>1</wp:comment_approved><wp:comment_type>pingback</wp:comment_type></wp:comment>
            </item></channel></rss>
            """;
        Assert.Equal(["created", "created", "created", "skipped"], (await Import("wordpress", file)).Select(r => r.Outcome));
        var root = Assert.Single(await List(article));
        Assert.Equal(("Well said.", "Indeed."), (root.Text!, root.Replies!.Items.Single().Text!));
        Assert.Equal("not shown where it was imported from", (await _moderator.Walk<ModerationItem>($"/api/moderation/comments?article={article}")).Single().Reason);
    }

    [Fact]
    public async Task What_is_exported_can_be_imported_again_and_holds_no_address()
    {
        var (article, other) = (await service.Article(), await service.Article());
        var root = (await _reader.Send($"POST /api/articles/{article}/comments", new { author = "Ann", text = "Well said.", email = "ann@example.org" })).Is(HttpStatusCode.Created).As<CommentReceipt>().Id;
        (await _reader.Send($"POST /api/articles/{article}/comments", new { author = "Ben", text = "Indeed.", parentId = root })).Is(HttpStatusCode.Created);
        var lines = (await _moderator.Send($"GET /api/export/comments?article={article}")).Is(HttpStatusCode.OK).Body;
        Assert.DoesNotContain("example.org", lines, StringComparison.Ordinal);
        var exported = lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonSerializer.Deserialize<ExchangedComment>(l, Tolerant)!).ToArray();
        Assert.Equal(["Well said.", "Indeed."], exported.Select(c => c.Text));
        Assert.Equal(["unchanged", "unchanged"], (await Import("jsonl", lines)).Select(r => r.Outcome));

        // Under another article with other ids: as a system that lost them would get them back.
        var ids = exported.ToDictionary(c => c.Id, _ => Some.Id());
        var moved = string.Join('\n', exported.Select(c => JsonSerializer.Serialize(c with { Id = ids[c.Id], ArticleId = other, ParentId = c.ParentId is { } p ? ids[p] : null }, global::Platform.Hosting.Json.Http)));
        Assert.Equal(["created", "created", "rejected", "rejected"], (await Import("jsonl", moved + "\n{\"id\":1}\n" + JsonSerializer.Serialize(exported[0] with { Id = Some.Id(), Text = " " }, global::Platform.Hosting.Json.Http))).Select(r => r.Outcome));
        Assert.Equal("Indeed.", Assert.Single(await List(other)).Replies!.Items.Single().Text);
    }

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
    public async Task A_broken_file_is_taken_up_to_where_it_breaks()
    {
        Assert.Equal("rejected", Assert.Single(await Import("disqus", "<disqus><post></disqus>")).Outcome);
        Assert.Equal("rejected", Assert.Single(await Import("wordpress", "<!DOCTYPE rss [<!ENTITY a \"b\">]><rss>&a;</rss>")).Outcome);
        (await _reader.Send("POST /api/import/comments/jsonl", "{}")).IsProblem(401);
        (await _reader.Send("GET /api/export/comments")).IsProblem(401);
    }

    private async Task<Guid> Article(string slug)
    {
        var article = Some.Id();
        await service.Delivers(Messages.Published(article, 2) with { Texts = new Dictionary<string, ArticleText> { ["en"] = new("Title", "Lead", slug, "") } });
        return article;
    }

    private async Task<ImportResult[]> Import(string kind, string file) =>
        [.. (await _moderator.Send($"POST /api/import/comments/{kind}", file, contentType: kind == "jsonl" ? "application/x-ndjson" : "application/xml")).Is(HttpStatusCode.OK).Body
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonSerializer.Deserialize<ImportResult>(l, Tolerant)!)];

    // As clients read: what is null is absent.
    private static readonly JsonSerializerOptions Tolerant = new(global::Platform.Hosting.Json.Http) { RespectRequiredConstructorParameters = false };

    private Task<List<CommentItem>> List(Guid article) => _reader.Walk<CommentItem>($"/api/articles/{article}/comments?limit=50");

    public void Dispose()
    {
        _moderator.Dispose();
        _reader.Dispose();
    }
}
