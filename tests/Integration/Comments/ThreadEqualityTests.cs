using System.Buffers.Text;
using System.Net;
using System.Text.Json;
using Comments;
using Comments.Posting;
using Comments.Threads;
using Kit;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Platform.Web;
using Xunit;

namespace Integration.Comments;

/// <summary>
/// Compares each body that readers get with the body of a plain computation over all comments of a generated discussion, byte for byte: in
/// all sort orders and both views, page by page, for each comment and for its replies. It has a service of its own, because it changes
/// stored documents, which other tests compare with their events.
/// </summary>
public sealed class ThreadEqualityTests(CommentsService service) : IClassFixture<CommentsService>, IDisposable
{
    private static readonly string[] Sorts = ["newest", "oldest", "best"];
    private readonly HttpClient _reader = service.Client();

    [Theory]
    [InlineData(1, 12, false)]
    [InlineData(2, 40, false)]
    [InlineData(3, 70, false)]
    [InlineData(4, 30, true)]
    public async Task Each_body_equals_the_plain_computation(int seed, int comments, bool isChain)
    {
        var discussion = await Discussion(new Random(seed), comments, isChain);
        await AssertArticle(discussion);
        foreach (var comment in discussion.Comments) await AssertComment(discussion, comment);
    }

    [Fact]
    public async Task An_article_without_comments_has_an_empty_page()
    {
        var article = await service.Article();
        foreach (var query in new[] { "", "?sort=best", "?view=flat" })
            Assert.Equal(
                ("""{"items":[]}""", $"comments-{article}"), await Read($"/api/articles/{article}/comments{query}"));
    }

    [Fact]
    public async Task An_unknown_id_is_reported_before_an_invalid_parameter()
    {
        var discussion = await Discussion(new Random(5), 12, isChain: false);
        var comment = discussion.Comments.First(discussion.IsVisible).Id;
        foreach (var query in new[] { "sort=worst", "view=list", "view=flat&sort=best", "cursor=none", "sort=best&cursor=none" })
        {
            (await _reader.Send($"GET /api/articles/{Some.Id()}/comments?{query}")).IsProblem(404, "no published article with this id.");
            // A comment is not an article.
            (await _reader.Send($"GET /api/articles/{comment}/comments?{query}")).IsProblem(404, "no published article with this id.");
            (await _reader.Send($"GET /api/articles/{discussion.Article}/comments?{query}")).IsProblem(400);
        }
        foreach (var query in new[] { "sort=worst", "cursor=none" })
        {
            (await _reader.Send($"GET /api/comments/{Some.Id()}/replies?{query}")).IsProblem(404, "no comment with this id.");
            (await _reader.Send($"GET /api/comments/{discussion.Article}/replies?{query}")).IsProblem(404, "no comment with this id.");
            (await _reader.Send($"GET /api/comments/{comment}/replies?{query}")).IsProblem(400);
        }
        (await _reader.Send($"GET /api/articles/{discussion.Article}/comments?limit=101")).IsProblem(400, "limit");
    }

    private async Task AssertArticle(GeneratedDiscussion discussion)
    {
        var address = $"/api/articles/{discussion.Article}/comments";
        foreach (var limit in new[] { 1, 3, 20 })
        {
            foreach (var sort in Sorts)
                await AssertPages($"{address}?sort={sort}&limit={limit}", discussion, limit, discussion.Below(null, sort), sort);
            foreach (var sort in Sorts[..2])
                await AssertFlat($"{address}?view=flat&sort={sort}&limit={limit}", discussion, limit, sort);
        }
        Assert.Equal((await Read(address)).Body, (await Read($"{address}?view=tree&sort=newest&limit=20&cursor=")).Body);
    }

    private async Task AssertComment(GeneratedDiscussion discussion, GeneratedComment comment)
    {
        var address = $"/api/comments/{comment.Id}";
        if (!discussion.IsVisible(comment))
        {
            (await _reader.Send($"GET {address}")).IsProblem(404, "There is no comment with this id.");
            (await _reader.Send($"GET {address}/replies")).IsProblem(404, "There is no comment with this id.");
            return;
        }
        var above = GeneratedDiscussion.Above(comment).ToArray();
        var replies = discussion.Below(comment, "oldest");
        var expected = new CommentPlace(
            discussion.Article,
            above.Length,
            [.. above.Take(20).Reverse().Select(discussion.Alone)],
            discussion.Alone(comment) with
            {
                Replies = replies.Count == 0 ? null : discussion.Page(replies, 20, "oldest"),
            });
        Assert.Equal((Json(expected), $"comments-{discussion.Article}"), await Read(address));
        foreach (var sort in Sorts)
            await AssertPages($"{address}/replies?sort={sort}&limit=2", discussion, 2, discussion.Below(comment, sort), sort);
    }

    private async Task AssertPages(
        string address,
        GeneratedDiscussion discussion,
        int limit,
        IReadOnlyList<GeneratedComment> comments,
        string sort)
    {
        for (string? cursor = ""; cursor is not null; comments = [.. comments.Skip(limit)])
        {
            var expected = discussion.Page(comments, limit, sort);
            Assert.Equal((Json(expected), $"comments-{discussion.Article}"), await Read($"{address}&cursor={cursor}"));
            cursor = expected.Next;
        }
    }

    private async Task AssertFlat(string address, GeneratedDiscussion discussion, int limit, string sort)
    {
        IEnumerable<GeneratedComment> comments = discussion.Comments.Where(c => c.IsShown).OrderBy(c => c.Column).ThenBy(c => c.Id);
        if (sort == "newest") comments = comments.Reverse();
        var rest = comments.ToArray();
        for (string? cursor = ""; cursor is not null; rest = [.. rest.Skip(limit)])
        {
            var page = rest.Take(limit).ToArray();
            var next = rest.Length > limit ? Cursor(new { page[^1].PostedAt, Id = $"comment-{page[^1].Id}" }) : null;
            var expected = new Page<CommentItem>([.. page.Select(c => c.Item())], next);
            Assert.Equal((Json(expected), $"comments-{discussion.Article}"), await Read($"{address}&cursor={cursor}"));
            cursor = next;
        }
    }

    private async Task<(string Body, string Key)> Read(string address)
    {
        using var answer = await _reader.GetAsync(address, TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{address}: {body}");
        return (body, string.Join(' ', answer.Headers.GetValues("Surrogate-Key")));
    }

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, global::Platform.Web.Json.Http);

    internal static string Cursor<T>(T key) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(key, global::Platform.Web.Json.Http));

    /// <summary>Stores a generated discussion as events, so that the projections of the service write its read models.</summary>
    private async Task<GeneratedDiscussion> Discussion(Random random, int size, bool isChain)
    {
        var article = random.Id();
        await Store(session => session.Events.StartStream<ArticleCopy>(Streams.Article(article), new ArticleSeen(1, false)));
        var comments = new List<GeneratedComment>();
        for (var i = 0; i < size; i++)
        {
            var parent = i > 0 && (isChain || random.Next(3) > 0) ? comments[isChain ? i - 1 : random.Next(i)] : null;
            var comment = GeneratedComment.New(random, parent);
            comments.Add(comment);
            await Store(session => session.Events.StartStream<Comment>(Streams.Comment(comment.Id), comment.Posted(article)));
        }
        foreach (var comment in comments)
        {
            for (var change = random.Next(3); change > 0; change--)
                if (comment.Change(random, article) is { } changed)
                    await Store(session => session.Events.Append(Streams.Comment(comment.Id), changed));
            for (var votes = random.Next(4); votes > 0; votes--)
            {
                var value = random.Next(3) == 0 ? -1 : 1;
                comment.Score += value;
                await Store(session => session.Events.StartStream<Vote>(
                    Streams.Vote(comment.Id, random.Id()), new VoteCast(comment.Id, value, 0)));
            }
        }
        // Documents that are older than this property.
        await service.Servers.Query<int>(
            $"update comments.mt_doc_commentview set data = data - 'html' where article_id = '{article}' and hashtext(id) % 4 = 0");
        var best = await service.Servers.Query<string>(
            $"select jsonb_object_agg(id, best)::text from comments.thread where article_id = '{article}'");
        return new(article, comments, JsonSerializer.Deserialize<Dictionary<Guid, double>>(best!)!);
    }

    private async Task Store(Action<IDocumentSession> change)
    {
        await using var session = service.Services.GetRequiredService<IDocumentStore>().LightweightSession();
        change(session);
        await session.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose() => _reader.Dispose();
}
