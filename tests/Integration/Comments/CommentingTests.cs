using System.Net;
using Comments.Moderation;
using Comments.Posting;
using Comments.Threads;
using Kit;
using Xunit;
using Public = Platform.Contracts.Comments;

namespace Integration.Comments;

[Collection<CommentsService>]
public class CommentingTests(CommentsService service) : IDisposable
{
    private const string Advertisement = "https://a.example https://b.example https://c.example";

    private readonly HttpClient _reader = service.Client();
    private readonly HttpClient _moderator = service.Client("moderator");

    [Fact]
    public async Task A_comment_is_visible_at_once_counted_and_published()
    {
        var article = await service.Article();
        var id = await Post(article, "Well said.");

        Assert.Equal(id, Assert.Single(await List(article)).Id);
        await service.Bus.WaitFor<Public.CommentPosted>(c => c.CommentId == id && c.Text == "Well said.", "the comment is published");
        await service.Bus.WaitFor<Public.DiscussionChanged>(d => d.ArticleId == article && d.Comments == 1, "the count is published");
    }

    [Fact]
    public async Task A_held_comment_is_not_listed_published_or_counted_until_it_is_approved()
    {
        var article = await service.Article();
        var held = await Post(article, Advertisement, HttpStatusCode.Accepted);
        var shown = await Post(article, "Well said.");
        await service.Bus.WaitFor<Public.CommentPosted>(c => c.CommentId == shown, "the comment after the held one is published");

        Assert.Equal(shown, Assert.Single(await List(article)).Id);
        Assert.DoesNotContain(service.Bus.Received<Public.CommentPosted>(), c => c.CommentId == held);
        Assert.DoesNotContain(service.Bus.Received<Public.DiscussionChanged>(), d => d.ArticleId == article && d.Comments > 1);
        Assert.Contains(await Queue("held"), c => c.Id == held && c.Reason == "more than 2 links");

        (await _moderator.Send($"POST /api/comments/{held}/approve")).Is(HttpStatusCode.NoContent);
        Assert.Equal(2, (await List(article)).Count);
        await service.Bus.WaitFor<Public.CommentPosted>(c => c.CommentId == held, "the approved comment is published");
        await service.Bus.WaitFor<Public.DiscussionChanged>(d => d.ArticleId == article && d.Comments == 2, "the count is published");
    }

    [Fact]
    public async Task A_hidden_comment_is_no_longer_listed_or_counted()
    {
        var article = await service.Article();
        var id = await Post(article, "Rude.");
        (await _moderator.Send($"POST /api/comments/{id}/hide", new { reason = "rude" })).Is(HttpStatusCode.NoContent);
        (await _moderator.Send($"POST /api/comments/{id}/hide", new { reason = "rude again" })).Is(HttpStatusCode.NoContent);
        Assert.Equal(2, await service.Servers.Query<long>($"select version from comments.mt_streams where id = 'comment-{id}'"));

        Assert.Empty(await List(article));
        Assert.Contains(await Queue("hidden"), c => c.Id == id && c.Reason == "rude");
        await service.Bus.WaitFor<Public.CommentHidden>(c => c.CommentId == id, "the removal is published");
        await service.Bus.WaitFor<Public.DiscussionChanged>(d => d.ArticleId == article && d.Comments == 0, "the count is published");
    }

    [Fact]
    public async Task Repeated_requests_with_the_same_key_post_one_comment()
    {
        var (article, key) = (await service.Article(), Some.Id());
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(_ => _reader.Send($"POST /api/articles/{article}/comments", Comment("Once."), key: $"{key}")));
        Assert.All(answers, a => Assert.Equal(key, a.Is(HttpStatusCode.Created).As<CommentReceipt>().Id));
        Assert.Single(await List(article));
        (await _reader.Send($"POST /api/articles/{article}/comments", Comment("Otherwise."), key: $"{key}"))
            .IsProblem(409, "Idempotency-Key");
    }

    [Fact]
    public async Task Addresses_are_stored_in_the_transactions_of_their_comments_which_share_transactions()
    {
        var article = await service.Article();
        await Task.WhenAll(Enumerable.Range(0, 24).Select(async i =>
        {
            var comment = new { author = "Ann", text = $"Number {i}.", email = $"{article:N}-{i}@example.org", notify = true };
            (await _reader.Send($"POST /api/articles/{article}/comments", comment)).Is(HttpStatusCode.Created);
        }));
        const string Stored =
            """
            from comments.mt_events e join comments.mt_doc_commentcontact c on c.id = e.stream_id and c.xmin = e.xmin
              join comments.mt_doc_replyletter l on l.parent = c.id and l.id like 'confirmation-%'
            where e.type = 'comment_posted'
            """;
        var ofArticle = $"{Stored} and e.data ->> 'articleId' = '{article}'";
        Assert.Equal(24, await service.Servers.Query<long>($"select count(*) {ofArticle}"));
        Assert.True(
            await service.Servers.Query<bool>($"select count(distinct e.xmin::text) < 24 {ofArticle}"),
            "several comments were stored in one transaction");
    }

    [Fact]
    public async Task A_repeated_request_does_not_replace_the_address()
    {
        var (article, key) = (await service.Article(), Some.Id());
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(async i =>
        {
            var email = $"{key:N}-{i}@example.org";
            var sent = new { author = "Ann", text = "Once.", email };
            return (email, answer: await _reader.Send($"POST /api/articles/{article}/comments", sent, key: $"{key}"));
        }));
        Assert.All(answers, a => a.answer.Is(HttpStatusCode.Created));
        var first = Assert.Single(answers, a => a.answer.As<CommentReceipt>().EditToken is not null);
        Assert.Equal(
            first.email,
            await service.Servers.Query<string>(
                $"select data ->> 'email' from comments.mt_doc_commentcontact where id = 'comment-{key}'"));
    }

    [Fact]
    public async Task Comments_posted_concurrently_through_two_replicas_are_all_counted()
    {
        var article = await service.Article();
        var second = await service.Replica();
        using (var other = second.CreateClient())
            await Task.WhenAll(
                Enumerable.Range(0, 40).Select(
                    async i =>
                        (await (i % 2 == 0 ? _reader : other).Send($"POST /api/articles/{article}/comments", Comment($"Number {i}.")))
                            .Is(HttpStatusCode.Created)));

        Assert.Equal(40, await service.Servers.Query<int>($"select comments from comments.discussion where article_id = '{article}'"));
        await service.Bus.WaitFor<Public.DiscussionChanged>(
            d => d.ArticleId == article && d.StreamVersion == 40, "the last version is published");
        Assert.All(
            service.Bus.Received<Public.DiscussionChanged>().Where(d => d.ArticleId == article && d.StreamVersion == 40),
            d => Assert.Equal(40, d.Comments));
        await service.Stop(second);
    }

    [Fact]
    public async Task Paging_returns_each_comment_once_while_others_post()
    {
        var article = await service.Article();
        var old = new List<Guid>();
        for (var i = 0; i < 7; i++) old.Add(await Post(article, $"Number {i}."));

        var walked = await _reader.Walk<CommentItem>(
            $"/api/articles/{article}/comments?limit=2", () => Post(article, Some.Word("meanwhile")));
        Assert.Equal(walked.Count, walked.Select(c => c.Id).Distinct().Count());
        Assert.Empty(old.Except(walked.Select(c => c.Id)));
        Assert.Equal(
            (await List(article)).Select(c => c.Id).Reverse(),
            (await _reader.Walk<CommentItem>($"/api/articles/{article}/comments?limit=3&sort=oldest")).Select(c => c.Id));
    }

    [Fact]
    public async Task The_read_models_equal_the_folded_streams()
    {
        var article = await service.Article();
        var hidden = await Post(article, "Rude.");
        await Post(article, Advertisement, HttpStatusCode.Accepted);
        (await _moderator.Send($"POST /api/comments/{hidden}/hide", new { reason = "it's rude" })).Is(HttpStatusCode.NoContent);

        await service.AssertReadModelEqualsStreams<CommentView>("comment-");
        await service.AssertReadModelEqualsStreams<ArticleCopy>("article-");
        var wrong = await service.Servers.Query<long>("""
            select count(*) from comments.discussion d where d.comments <>
              (select count(*) from comments.mt_doc_commentview v where v.article_id = d.article_id and v.status = 'Shown')
            """);
        Assert.Equal(0, wrong);
    }

    private static object Comment(string text) => new { author = "Ann", text };

    private async Task<Guid> Post(Guid article, string text, HttpStatusCode status = HttpStatusCode.Created) =>
        (await _reader.Send($"POST /api/articles/{article}/comments", Comment(text))).Is(status).As<CommentReceipt>().Id;

    private Task<List<CommentItem>> List(Guid article) => _reader.Walk<CommentItem>($"/api/articles/{article}/comments?limit=50");

    private Task<List<ModerationItem>> Queue(string status) => _moderator.Walk<ModerationItem>($"/api/moderation/comments?status={status}");

    public void Dispose()
    {
        _reader.Dispose();
        _moderator.Dispose();
    }
}
