using System.Net;
using System.Xml.Linq;
using Comments.Posting;
using Comments.Threads;
using CsCheck;
using Kit;
using Xunit;

namespace Integration.Comments;

/// <summary>The tree of a discussion: sort orders, paging, counts, and tombstones of removed comments.</summary>
[Collection<CommentsService>]
public class ThreadTests(CommentsService service) : IDisposable
{
    private readonly HttpClient _reader = service.Client();
    private readonly HttpClient _moderator = service.Client("moderator");

    [Fact]
    public async Task A_tree_contains_the_first_replies_to_each_comment_and_counts_all()
    {
        var article = await service.Article();
        var root = await Post(article);
        var replies = new List<Guid>();
        for (var i = 0; i < 5; i++) replies.Add(await Post(article, root));
        var chain = new List<Guid> { root, replies[0] };
        for (var i = 0; i < 4; i++) chain.Add(await Post(article, chain[^1]));

        var page = (await Page($"/api/articles/{article}/comments")).Items;
        var top = Assert.Single(page);
        Assert.Equal((root, 9), (top.Id, top.ReplyCount));
        Assert.Equal(replies[..3], top.Replies!.Items.Select(r => r.Id));
        Assert.Equal(replies[3..], (await Page($"/api/comments/{root}/replies?cursor={top.Replies.Next}")).Items.Select(r => r.Id));
        var third = top.Replies.Items[0].Replies!.Items.Single();
        Assert.Equal((chain[2], 3, null), (third.Id, third.ReplyCount, third.Replies));
        Assert.Equal(chain[3], (await Page($"/api/comments/{third.Id}/replies")).Items.Single().Id);

        var place = await _reader.Get<CommentPlace>($"/api/comments/{chain[^1]}");
        Assert.Equal((article, 5), (place.ArticleId, place.Depth));
        Assert.Equal(chain[..^1], place.Above.Select(c => c.Id));
        Assert.Equal(chain[^1], place.Comment.Id);
    }

    [Fact]
    public async Task A_deep_thread_is_counted_and_its_comments_can_be_read()
    {
        var article = await service.Article();
        var chain = new List<Guid> { await Post(article) };
        for (var i = 0; i < 60; i++) chain.Add(await Post(article, chain[^1]));
        Assert.Equal(60, Assert.Single((await Page($"/api/articles/{article}/comments")).Items).ReplyCount);
        var place = await _reader.Get<CommentPlace>($"/api/comments/{chain[^1]}");
        Assert.Equal((60, 20, chain[40]), (place.Depth, place.Above.Count, place.Above[0].Id));
    }

    [Fact]
    public async Task A_removed_comment_leaves_a_tombstone_while_a_comment_below_it_is_visible()
    {
        var article = await service.Article();
        var root = await Post(article);
        var reply = await Post(article, root);
        await Hide(root);
        var tombstone = Assert.Single((await Page($"/api/articles/{article}/comments")).Items);
        Assert.Equal(
            (root, true, null, null, 1), (tombstone.Id, tombstone.Removed, tombstone.Author, tombstone.Text, tombstone.ReplyCount));
        Assert.Equal(reply, tombstone.Replies!.Items.Single().Id);
        Assert.True((await _reader.Get<CommentPlace>($"/api/comments/{root}")).Comment.Removed);

        await Hide(reply);
        Assert.Empty((await Page($"/api/articles/{article}/comments")).Items);
        (await _reader.Send($"GET /api/comments/{root}")).IsProblem(404, "no comment");
        (await _reader.Send($"GET /api/comments/{reply}/replies")).IsProblem(404, "no comment");

        (await _moderator.Send($"POST /api/comments/{reply}/approve")).Is(HttpStatusCode.NoContent);
        Assert.Equal(1, Assert.Single((await Page($"/api/articles/{article}/comments")).Items).ReplyCount);
    }

    [Fact]
    public async Task The_best_comments_come_first_and_each_visitor_has_one_vote()
    {
        var article = await service.Article();
        Guid[] ids = [await Post(article), await Post(article), await Post(article)];
        async Task Votes(Guid id, int value, int times)
        {
            for (var i = 0; i < times; i++)
            {
                using var visitor = service.Client();
                foreach (var _ in Enumerable.Range(0, 2))
                    (await visitor.Send($"POST /api/comments/{id}/vote", new { value })).Is(HttpStatusCode.NoContent);
            }
        }
        // Nine of ten votes outrank two of two, because two votes are little evidence. Two of two outrank no votes.
        await Votes(ids[0], 1, 9);
        await Votes(ids[0], -1, 1);
        await Votes(ids[1], 1, 2);
        var best = await Page($"/api/articles/{article}/comments?sort=best");
        Assert.Equal([(ids[0], 8), (ids[1], 2), (ids[2], 0)], best.Items.Select(c => (c.Id, c.Score)));
        Assert.Equal(
            best.Items.Select(c => c.Id),
            (await _reader.Walk<CommentItem>($"/api/articles/{article}/comments?sort=best&limit=1")).Select(c => c.Id));

        using var fickle = service.Client();
        foreach (var value in new[] { 1, -1, 0, 1 })
            (await fickle.Send($"POST /api/comments/{ids[2]}/vote", new { value })).Is(HttpStatusCode.NoContent);
        Assert.Equal(1, (await _reader.Get<CommentPlace>($"/api/comments/{ids[2]}")).Comment.Score);
        (await fickle.Send($"POST /api/comments/{ids[2]}/vote", new { value = 2 })).IsProblem(400, "value");
        (await fickle.Send($"POST /api/comments/{Some.Id()}/vote", new { value = 1 })).IsProblem(404, "no comment");
    }

    private static readonly string[] Sorts = ["newest", "oldest", "best"];

    /// <summary>
    /// For any tree, sort order and page size, paging returns each comment that existed at the start exactly once, even if comments are
    /// posted between the pages.
    /// </summary>
    [Fact]
    public async Task Paging_through_any_tree_returns_each_comment_once_while_others_post()
    {
        var cases = Gen.Select(Gen.Select(Gen.Int[-8, 30], Gen.Int[0, 2]).Array[1, 25], Gen.Int[0, 2].Select(i => Sorts[i]), Gen.Int[1, 5]);
        await cases.SampleAsync(async (tree, sort, limit) =>
        {
            var article = await service.Article();
            var ids = new List<Guid>();
            foreach (var (parent, votes) in tree)
            {
                ids.Add(await Post(article, parent >= 0 && parent < ids.Count ? ids[parent] : null));
                for (var i = 0; i < votes; i++)
                {
                    using var voter = service.Client();
                    (await voter.Send($"POST /api/comments/{ids[^1]}/vote", new { value = 1 })).Is(HttpStatusCode.NoContent);
                }
            }
            var turn = 0;
            var walked = await Walk(article, sort, limit, () => Post(article, ids[turn++ % ids.Count]));
            Assert.Equal(walked.Count, walked.Distinct().Count());
            Assert.Empty(ids.Except(walked));
        }, iter: 20, threads: 1);
    }

    private async Task<List<Guid>> Walk(Guid article, string sort, int limit, Func<Task> between)
    {
        var found = new List<Guid>();
        async Task WalkPages(global::Platform.Web.Page<CommentItem> page, string address, string order)
        {
            for (; ; page = await Page($"{address}?sort={order}&limit={limit}&cursor={page.Next}"))
            {
                foreach (var item in page.Items)
                {
                    found.Add(item.Id);
                    if (item.ReplyCount == 0) continue;
                    var (below, inner) = ($"/api/comments/{item.Id}/replies", sort == "best" ? "best" : "oldest");
                    await WalkPages(item.Replies ?? await Page($"{below}?sort={inner}&limit={limit}"), below, inner);
                }
                await between();
                if (page.Next is null) return;
            }
        }
        var path = $"/api/articles/{article}/comments";
        await WalkPages(await Page($"{path}?sort={sort}&limit={limit}"), path, sort);
        return found;
    }

    [Fact]
    public async Task The_tree_equals_the_one_rebuilt_from_the_events()
    {
        var article = await service.Article();
        var root = await Post(article);
        var reply = await Post(article, root);
        await Post(article, reply);
        await Hide(reply);
        using var voter = service.Client();
        (await voter.Send($"POST /api/comments/{root}/vote", new { value = 1 })).Is(HttpStatusCode.NoContent);
        using var admin = service.Client("admin");
        var replay = await Replays.Admin.Replays(admin, "comments", "readModel:thread", "verify");
        Assert.Equal((null, 0), (replay.Error, replay.Comparison!.Differences()));
        var wrong = await service.Servers.Query<long>("""
            with recursive below(top, id) as (
              select place, id from comments.thread where shown
              union all
              select t.place, b.id from below b join comments.thread t on t.id = b.top)
            select count(*) from comments.thread t
            where t.replies <> (select count(*) from below b where b.top = t.id) or t.visible <> (t.shown or t.replies > 0)
            """);
        Assert.Equal(0, wrong);
    }

    [Fact]
    public async Task Replies_posted_concurrently_through_two_replicas_are_all_counted()
    {
        var article = await service.Article();
        Guid[] parents = [await Post(article), await Post(article)];
        var deep = await Post(article, parents[1]);
        var second = await service.Replica();
        using (var other = second.CreateClient())
            await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
                (await (i % 2 == 0 ? _reader : other).Send(
                    $"POST /api/articles/{article}/comments",
                    new { author = "Ann", text = $"Number {i}.", parentId = i % 3 == 0 ? deep : parents[i % 2] }))
                        .Is(HttpStatusCode.Created)));
        Assert.Equal(41, (await Page($"/api/articles/{article}/comments")).Items.Sum(c => c.ReplyCount));
        await service.Stop(second);
    }

    [Fact]
    public async Task The_feed_contains_only_visible_comments()
    {
        var article = await service.Article();
        var root = await Post(article, text: "Less < more & \"quoted\"");
        var reply = await Post(article, root);
        await Hide(await Post(article, text: "Rude."));
        var held = await Post(article, text: "http://a.example http://b.example http://c.example", status: HttpStatusCode.Accepted);

        var answer = (await _reader.Send($"GET /feeds/articles/{article}/comments/atom.xml")).Is(HttpStatusCode.OK);
        Assert.Equal("application/atom+xml", answer.MediaType);
        XNamespace atom = "http://www.w3.org/2005/Atom", threading = "http://purl.org/syndication/thread/1.0";
        var feed = XDocument.Parse(answer.Body).Root!;
        Assert.Equal("Comments: Title", feed.Element(atom + "title")!.Value);
        Assert.Equal([$"urn:uuid:{reply}", $"urn:uuid:{root}"], feed.Elements(atom + "entry").Select(e => e.Element(atom + "id")!.Value));
        Assert.Equal($"urn:uuid:{root}", feed.Elements(atom + "entry").First().Element(threading + "in-reply-to")!.Attribute("ref")!.Value);
        Assert.EndsWith(
            $"/en/articles/{article}/comments/{reply}",
            feed.Elements(atom + "entry").First().Element(atom + "link")!.Attribute("href")!.Value,
            StringComparison.Ordinal);
        Assert.Contains(
            "Less &lt; more &amp; ", feed.Elements(atom + "entry").Last().Element(atom + "content")!.Value, StringComparison.Ordinal);
        Assert.DoesNotContain($"{held}", answer.Body, StringComparison.Ordinal);
        (await _reader.Send($"GET /feeds/articles/{Some.Id()}/comments/atom.xml")).IsProblem(404, "article");
    }

    [Fact]
    public async Task Invalid_sort_orders_views_and_cursors_are_rejected()
    {
        var article = await service.Article();
        await Post(article);
        await Post(article);
        var next = (await Page($"/api/articles/{article}/comments?limit=1")).Next;
        (await _reader.Send($"GET /api/articles/{article}/comments?sort=worst")).IsProblem(400, "newest, oldest, best");
        (await _reader.Send($"GET /api/articles/{article}/comments?view=list")).IsProblem(400, "tree or flat");
        (await _reader.Send($"GET /api/articles/{article}/comments?view=flat&sort=best")).IsProblem(400, "newest or oldest");
        (await _reader.Send($"GET /api/articles/{article}/comments?sort=best&cursor={next}")).IsProblem(400, "another sort");
        (await _reader.Send($"GET /api/articles/{article}/comments?cursor=none")).IsProblem(400, "cursor");
        (await _reader.Send($"GET /api/comments/{Some.Id()}")).IsProblem(404, "no comment");
    }

    private async Task<Guid> Post(
        Guid article, Guid? parent = null, string text = "Well said.", HttpStatusCode status = HttpStatusCode.Created) =>
        (await _reader.Send($"POST /api/articles/{article}/comments", new { author = "Ann", text, parentId = parent })).Is(
            status).As<CommentReceipt>().Id;

    private async Task Hide(Guid id) =>
        (await _moderator.Send($"POST /api/comments/{id}/hide", new { reason = "rude" })).Is(HttpStatusCode.NoContent);

    private Task<global::Platform.Web.Page<CommentItem>> Page(string address) =>
        _reader.Get<global::Platform.Web.Page<CommentItem>>(address);

    public void Dispose()
    {
        _reader.Dispose();
        _moderator.Dispose();
    }
}
