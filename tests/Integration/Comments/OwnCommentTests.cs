using System.Net;
using Comments.Posting;
using Comments.Threads;
using Kit;
using Xunit;
using Public = Platform.Contracts.Comments;

namespace Integration.Comments;

/// <summary>Authors edit and delete their comments with the edit token.</summary>
[Collection<CommentsService>]
public class OwnCommentTests(CommentsService service) : IDisposable
{
    private const string Advertisement = "https://a.example https://b.example https://c.example";
    private readonly HttpClient _reader = service.Client();
    private readonly HttpClient _moderator = service.Client("moderator");

    [Fact]
    public async Task The_author_edits_a_comment_with_its_token_and_the_edit_is_published()
    {
        var article = await service.Article();
        var posted = await Post(article, "Wel *said*.");
        Assert.Equal("shown", (await Edit(posted, "Well *said*.")).Is(HttpStatusCode.OK).As<CommentReceipt>().Status);

        var item = Assert.Single(await List(article));
        Assert.Equal(("Well *said*.", "<p>Well <em>said</em>.</p>"), (item.Text, item.Html));
        Assert.NotNull(item.EditedAt);
        await service.Bus.WaitFor<Public.CommentEdited>(e => e.CommentId == posted.Id && e.Text == "Well *said*.", "the edit is published");
        Assert.Equal(1, await service.Servers.Query<int>($"select comments from comments.discussion where article_id = '{article}'"));
        (await Edit(posted, "Well *said*.")).Is(HttpStatusCode.OK);
        Assert.Equal(2, await service.Servers.Query<long>($"select version from comments.mt_streams where id = 'comment-{posted.Id}'"));
        Assert.Equal(
            0, await service.Servers.Query<long>($"select count(*) from comments.mt_events where data::text like '%{posted.EditToken}%'"));
    }

    [Fact]
    public async Task A_comment_that_is_edited_into_spam_is_removed_until_it_is_approved()
    {
        var article = await service.Article();
        var posted = await Post(article, "Well said.");
        await service.Bus.WaitFor<Public.DiscussionChanged>(d => d.ArticleId == article && d.Comments == 1, "the comment is counted");
        Assert.Equal("held", (await Edit(posted, Advertisement)).Is(HttpStatusCode.OK).As<CommentReceipt>().Status);
        Assert.Empty(await List(article));
        await service.Bus.WaitFor<Public.CommentHidden>(h => h.CommentId == posted.Id, "the comment is removed for readers");
        await service.Bus.WaitFor<Public.DiscussionChanged>(
            d => d.ArticleId == article && d.Comments == 0, "the comment is no longer counted");
        // It stays held after another edit, because editing must not bypass moderation.
        Assert.Equal("held", (await Edit(posted, "Well said indeed.")).Is(HttpStatusCode.OK).As<CommentReceipt>().Status);
        (await _moderator.Send($"POST /api/comments/{posted.Id}/approve")).Is(HttpStatusCode.NoContent);
        await service.Bus.WaitFor<Public.CommentPosted>(
            c => c.CommentId == posted.Id && c.Text == "Well said indeed.", "the approved text is published");
        Assert.DoesNotContain(service.Bus.Received<Public.CommentEdited>(), e => e.CommentId == posted.Id);
        Assert.DoesNotContain(service.Bus.Received<Public.CommentPosted>(), c => c.CommentId == posted.Id && c.Text == Advertisement);
    }

    [Fact]
    public async Task A_deleted_comment_with_replies_leaves_a_tombstone()
    {
        var article = await service.Article();
        var posted = await Post(article, "Well said.");
        var reply = (await _reader.Send(
            $"POST /api/articles/{article}/comments",
            new { author = "Ben", text = "Indeed.", parentId = posted.Id })).Is(HttpStatusCode.Created).As<CommentReceipt>();
        foreach (var _ in Enumerable.Range(0, 2))
            (await Send($"DELETE /api/comments/{posted.Id}", null, posted.EditToken)).Is(HttpStatusCode.NoContent);
        var tombstone = Assert.Single(await List(article));
        Assert.Equal(
            (true, null, null, reply.Id), (tombstone.Removed, tombstone.Text, tombstone.Author, tombstone.Replies!.Items.Single().Id));
        await service.Bus.WaitFor<Public.CommentHidden>(h => h.CommentId == posted.Id, "the comment is removed for readers");
        await service.Bus.WaitFor<Public.DiscussionChanged>(
            d => d.ArticleId == article && d.StreamVersion == 3 && d.Comments == 1, "the comment is no longer counted");
        (await Edit(posted, "Back again.")).IsProblem(404, "no comment");
        (await _moderator.Send($"POST /api/comments/{posted.Id}/approve")).IsProblem(409, "deleted");
    }

    [Fact]
    public async Task A_comment_can_be_changed_only_with_its_own_token()
    {
        var article = await service.Article();
        var (posted, others) = (await Post(article, "Well said."), await Post(article, "Otherwise."));
        var before = await service.EventsStored();
        (await Send($"PUT /api/comments/{posted.Id}", new { text = "Mine." }, others.EditToken)).IsProblem(403, "Edit-Token");
        (await Send($"DELETE /api/comments/{posted.Id}", null, others.EditToken)).IsProblem(403, "Edit-Token");
        (await Send($"PUT /api/comments/{posted.Id}", new { text = "Mine." }, null)).IsProblem(400, "Edit-Token");
        (await Send($"PUT /api/comments/{posted.Id}", new { text = "Mine." }, "short")).IsProblem(400, "20 to 200");
        (await Edit(posted with { Id = Some.Id() }, "Mine.")).IsProblem(404, "no comment");
        foreach (var text in new[] { "", "  ", new string('x', 5001), "a\u0007b" }) (await Edit(posted, text)).IsProblem(400, "text");
        Assert.Equal(before, await service.EventsStored());
    }

    [Fact]
    public async Task A_repeated_post_does_not_reveal_or_replace_the_edit_token()
    {
        var (article, key, secret) = (await service.Article(), Some.Id(), "a secret that the client chose");
        async Task<CommentReceipt> Once(string? token) =>
            (await Send($"POST /api/articles/{article}/comments", new { author = "Ann", text = "Once." }, token, $"{key}"))
                .Is(HttpStatusCode.Created)
                .As<CommentReceipt>();
        Assert.Null((await Once(secret)).EditToken);
        Assert.Null((await Once(null)).EditToken);
        Assert.Null((await Once("another token, not the chosen one")).EditToken);
        (await Send($"PUT /api/comments/{key}", new { text = "Stolen." }, "another token, not the chosen one")).IsProblem(403);
        (await Send($"PUT /api/comments/{key}", new { text = "Twice." }, secret)).Is(HttpStatusCode.OK);
        Assert.Equal("Twice.", Assert.Single(await List(article)).Text);
    }

    [Fact]
    public async Task An_address_is_stored_once_apart_from_the_comment_and_never_published()
    {
        var (article, key, address) = (await service.Article(), Some.Id(), $"{Some.Word("private")}@example.org");
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(
                _ =>
                    _reader.Send(
                        $"POST /api/articles/{article}/comments",
                        new { author = "Ann", text = "Well said.", email = address },
                        key: $"{key}")));
        Assert.All(answers, a => Assert.DoesNotContain(address, a.Is(HttpStatusCode.Created).Body, StringComparison.Ordinal));
        await service.Bus.WaitFor<Public.CommentPosted>(c => c.CommentId == key, "the comment is published");
        Assert.Equal(
            1,
            await service.Servers.Query<long>($"select count(*) from comments.mt_doc_commentcontact where data ->> 'email' = '{address}'"));
        Assert.Equal(0, await service.Servers.Query<long>($"select count(*) from comments.mt_events where data::text ilike '%{address}%'"));
        Assert.Equal(
            0, await service.Servers.Query<long>($"select count(*) from comments.mt_doc_commentview where data::text ilike '%{address}%'"));
        foreach (var path in new[]
        {
            $"/api/articles/{article}/comments",
            $"/api/comments/{key}",
            $"/feeds/articles/{article}/comments/atom.xml",
        })
            Assert.DoesNotContain(address, (await _reader.Send($"GET {path}")).Is(HttpStatusCode.OK).Body, StringComparison.Ordinal);
    }

    private async Task<CommentReceipt> Post(Guid article, string text) =>
        (await _reader.Send($"POST /api/articles/{article}/comments", new { author = "Ann", text })).Is(HttpStatusCode.Created)
            .As<CommentReceipt>();

    private Task<Answer> Edit(CommentReceipt posted, string text) => Send($"PUT /api/comments/{posted.Id}", new { text }, posted.EditToken);

    private async Task<Answer> Send(string call, object? body, string? token, string? key = null)
    {
        using var client = service.Client();
        if (token is not null) client.DefaultRequestHeaders.Add(EditToken.Header, token);
        return await client.Send(call, body, key: key);
    }

    private Task<List<CommentItem>> List(Guid article) => _reader.Walk<CommentItem>($"/api/articles/{article}/comments?limit=50");

    public void Dispose()
    {
        _reader.Dispose();
        _moderator.Dispose();
    }
}
