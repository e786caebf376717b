using System.Net;
using Comments.Moderation;
using Comments.Posting;
using Comments.Threads;
using Integration.Replays;
using Kit;
using Xunit;
using Public = Platform.Contracts.Comments;

namespace Integration.Comments;

/// <summary>Moderation policies, bans, and the decisions of moderators.</summary>
[Collection<CommentsService>]
public class ModerationTests(CommentsService service) : IDisposable
{
    private readonly HttpClient _reader = service.Client();
    private readonly HttpClient _moderator = service.Client("moderator");

    [Fact]
    public async Task A_section_policy_applies_unless_the_article_has_its_own()
    {
        var section = Some.Word("section");
        var article = await Article(section);
        await Policy($"sections/{section}", new { mode = "pre" });
        var held = await Post(article, "Well said.", HttpStatusCode.Accepted);
        Assert.Equal("comments on this article need approval", (await Held(article)).Single(c => c.Id == held).Reason);
        await Policy($"articles/{article}", new { mode = "post" });
        await Post(article, "At once.");
        await Policy($"articles/{article}", new { });
        await Post(article, "First again.", HttpStatusCode.Accepted);
        Assert.Contains(
            $"\"section-{section}\"",
            (await _moderator.Send("GET /api/moderation/policies")).Is(HttpStatusCode.OK).Body,
            StringComparison.Ordinal);
        Assert.Equal(
            1, await service.Servers.Query<long>($"select version from comments.mt_streams where id = 'policy-section-{section}'"));
    }

    [Fact]
    public async Task Under_firstHeld_an_approved_comment_with_an_unconfirmed_address_does_not_make_a_person_known()
    {
        var article = await service.Article();
        await Policy($"articles/{article}", new { mode = "firstHeld" });
        var address = $"{Some.Word("ann")}@example.org";
        var first = await Post(article, "First.", HttpStatusCode.Accepted, address);
        await Post(article, "Second, before the first was approved.", HttpStatusCode.Accepted, address);
        (await _moderator.Send($"POST /api/comments/{first}/approve")).Is(HttpStatusCode.NoContent);
        await Post(article, "Third.", HttpStatusCode.Accepted, address);
        await Post(article, "Nobody.", HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task A_discussion_is_closed_after_the_configured_number_of_days()
    {
        var article = await Article("news");
        await Policy($"articles/{article}", new { closedAfterDays = 30 });
        (await Send(article, "Too late.")).IsProblem(409, "30 days");
        await Policy($"articles/{article}", new { closedAfterDays = 36500 });
        await Post(article, "In time.");
    }

    [Fact]
    public async Task A_banned_person_cannot_post_until_the_ban_is_lifted()
    {
        var (article, address) = (await service.Article(), $"{Some.Word("ben")}@example.org");
        var id = await Post(article, "https://a.example https://b.example https://c.example", HttpStatusCode.Accepted, address);
        var hash = (await Held(article)).Single(c => c.Id == id).EmailHash;
        foreach (var _ in Enumerable.Range(0, 2))
            Assert.True(
                (await _moderator.Send($"PUT /api/moderation/bans/{hash}", new { reason = "spam" })).Status is HttpStatusCode.Created
                    or HttpStatusCode.NoContent);
        var before = await service.EventsStored();
        (await Send(article, "Again.", address)).IsProblem(403, "banned");
        Assert.Equal(before, await service.EventsStored());
        Assert.Contains(hash!, (await _moderator.Send("GET /api/moderation/bans")).Body, StringComparison.Ordinal);
        (await _moderator.Send($"DELETE /api/moderation/bans/{hash}")).Is(HttpStatusCode.NoContent);
        Assert.DoesNotContain(hash!, (await _moderator.Send("GET /api/moderation/bans")).Body, StringComparison.Ordinal);
        await Post(article, "Again.", HttpStatusCode.Created, address);
        (await _moderator.Send("PUT /api/moderation/bans/ben@example.org", new { reason = "spam" })).IsProblem(400, "SHA-256");
    }

    [Fact]
    public async Task A_ban_applies_to_the_mailbox_and_cannot_be_evaded_by_omitting_the_address()
    {
        var (article, name) = (await service.Article(), Some.Word("eva"));
        using var elsewhere = service.Client();
        _reader.DefaultRequestHeaders.Add("X-Forwarded-For", $"{name}-here");
        elsewhere.DefaultRequestHeaders.Add("X-Forwarded-For", $"{name}-elsewhere");
        const string advertisement = "https://a.example https://b.example https://c.example";
        var id = await Post(article, advertisement, HttpStatusCode.Accepted, $"{name}+1@example.org");
        var hash = (await Held(article)).Single(c => c.Id == id).EmailHash;
        (await _moderator.Send($"PUT /api/moderation/bans/{hash}", new { reason = "spam" })).Is(HttpStatusCode.Created);
        foreach (var address in new[] { $"{name}@example.org", $"{name}+2@example.org", $"{name.ToUpperInvariant()}+1@example.org" })
            (await Send(article, "Again.", address)).IsProblem(403, "banned");

        var anonymous = await Post(article, "Nobody.", HttpStatusCode.Accepted);
        Assert.Contains("banned person", (await Held(article)).Single(c => c.Id == anonymous).Reason, StringComparison.Ordinal);
        var innocent = await elsewhere.Send($"POST /api/articles/{article}/comments", new { author = "Ben", text = "From elsewhere." });
        innocent.Is(HttpStatusCode.Created);
        (await _moderator.Send($"DELETE /api/moderation/bans/{hash}")).Is(HttpStatusCode.NoContent);
        await Post(article, "Nobody is banned.", HttpStatusCode.Created);
        await Post(article, "Again.", HttpStatusCode.Created, $"{name}+2@example.org");
    }

    [Fact]
    public async Task Bulk_actions_are_decided_separately_and_recorded_in_the_history()
    {
        var article = await service.Article();
        Guid[] ids = [await Post(article, "One."), await Post(article, "Two."), Some.Id()];
        (await _moderator.Send($"POST /api/comments/{ids[1]}/hide", new { reason = "rude" })).Is(HttpStatusCode.NoContent);
        var answer =
            (await _moderator.Send("POST /api/moderation/comments/bulk", new { action = "hide", ids, reason = "spam" }))
                .Is(HttpStatusCode.OK)
                .As<Outcomes>();
        Assert.Equal(
            [(ids[0], BulkOutcome.Done), (ids[1], BulkOutcome.Unchanged), (ids[2], BulkOutcome.Refused)],
            answer.Items.Select(i => (i.Id, i.Outcome)));
        Assert.Equal(
            [ids[0]],
            (await _moderator.Walk<ModerationItem>($"/api/moderation/comments?status=hidden&article={article}&reason=spam"))
                .Select(c => c.Id));
        (await _moderator.Send("POST /api/moderation/comments/bulk", new { action = "restore", ids = ids[..2] })).Is(HttpStatusCode.OK);
        Assert.Equal(2, (await _reader.Walk<CommentItem>($"/api/articles/{article}/comments?limit=9")).Count);
        var history = await _moderator.Get<CommentHistory>($"/api/moderation/comments/{ids[0]}");
        Assert.Equal(
            [("posted", "anonymous", null), ("hidden", "moderator", "spam"), ("approved", "moderator", null)],
            history.History.Select(h => (h.What, h.By!, h.Reason)));

        (await _moderator.Send("POST /api/moderation/comments/bulk", new { action = "hide", ids })).IsProblem(400, "reason");
        (await _moderator.Send("POST /api/moderation/comments/bulk", new { action = "approve", ids = Array.Empty<Guid>() }))
            .IsProblem(400, "ids");
        (await _moderator.Send("POST /api/moderation/comments/bulk", new { action = "burn", ids })).IsProblem(400, "action");
    }

    [Fact]
    public async Task Moderators_search_comments_by_a_part_of_the_text_or_of_the_name()
    {
        var article = await service.Article();
        Guid[] ids = [await Post(article, "About 100% of it."), await Post(article, "About Samarkand.")];
        async Task<IEnumerable<Guid>> Found(string q) =>
            (await _moderator.Walk<ModerationItem>($"/api/moderation/comments?status=shown&article={article}&q={Uri.EscapeDataString(q)}"))
                .Select(c => c.Id);
        Assert.Equal([ids[1]], await Found("samarkand"));
        Assert.Equal(ids.Order(), (await Found("ABOUT")).Order());
        Assert.Equal([ids[0]], await Found("100%"));
        Assert.Empty(await Found("1%0"));
        Assert.Empty(await Found("nobody-wrote-this"));
        var author = (await _moderator.Get<CommentHistory>($"/api/moderation/comments/{ids[0]}")).Comment.Author;
        Assert.Contains(ids[0], await Found(author[1..].ToUpperInvariant()));
        (await _moderator.Send("GET /api/moderation/comments?q=%20")).IsProblem(400, "q");
    }

    private sealed record Outcomes(IReadOnlyList<BulkItem> Items);

    /// <summary>
    /// A comment that is not visible, whether it is held, edited, hidden or replayed, appears in no response to readers and in no message
    /// to other services.
    /// </summary>
    [Fact]
    public async Task A_held_comment_is_never_exposed_before_it_is_approved()
    {
        var article = await service.Article();
        await Policy($"articles/{article}", new { mode = "pre" });
        var (secret, word) = ("a secret of the test's own", Some.Word("confidential"));
        using var author = service.Client();
        author.DefaultRequestHeaders.Add(EditToken.Header, secret);
        author.DefaultRequestHeaders.Add("Idempotency-Key", $"{Some.Id()}");
        var id = (await author.Send(
            $"POST /api/articles/{article}/comments",
            new { author = word, text = word, email = $"{word}@example.org" })).Is(HttpStatusCode.Accepted).As<CommentReceipt>().Id;
        await AssertNotExposed("held");
        (await author.Send($"PUT /api/comments/{id}", new { text = $"{word} edited" })).Is(HttpStatusCode.OK);
        await AssertNotExposed("edited while held");
        (await _moderator.Send($"POST /api/comments/{id}/hide", new { reason = "rude" })).Is(HttpStatusCode.NoContent);
        await AssertNotExposed("hidden while held");
        using var admin = service.Client("admin");
        Assert.Null((await admin.Replays("comments", "bus", scope: new { stream = $"comment-{id}" })).Error);
        await AssertNotExposed("replayed");

        (await _moderator.Send($"POST /api/comments/{id}/restore")).Is(HttpStatusCode.NoContent);
        Assert.Equal(
            $"{word} edited", (await _reader.Walk<CommentItem>($"/api/articles/{article}/comments?limit=9")).Single(c => c.Id == id).Text);
        await service.Bus.WaitFor<Public.CommentPosted>(
            c => c.CommentId == id && c.Text == $"{word} edited", "the approved comment is published");
        // The first text was never approved, so it must not be published even now.
        Assert.DoesNotContain(service.Bus.Received<Public.CommentPosted>(), c => c.Text == word);

        async Task AssertNotExposed(string state)
        {
            // A later comment that is published: after it, everything about the held comment would have been published too.
            await Policy($"articles/{article}", new { mode = "post" });
            var marker = await Post(article, $"After {state}.");
            await Policy($"articles/{article}", new { mode = "pre" });
            await service.Bus.WaitFor<Public.CommentPosted>(c => c.CommentId == marker, "the later comment is published");
            string[] lists =
            [
                $"/api/articles/{article}/comments",
                $"/api/articles/{article}/comments?sort=oldest",
                $"/api/articles/{article}/comments?sort=best",
                $"/api/articles/{article}/comments?view=flat",
                $"/feeds/articles/{article}/comments/atom.xml",
            ];
            foreach (var list in lists)
            {
                var body = (await _reader.Send($"GET {list}")).Is(HttpStatusCode.OK).Body;
                Assert.Contains($"{marker}", body, StringComparison.Ordinal);
                Assert.DoesNotContain($"{id}", body, StringComparison.Ordinal);
                Assert.DoesNotContain(word, body, StringComparison.Ordinal);
            }
            (await _reader.Send($"GET /api/comments/{id}")).IsProblem(404);
            (await _reader.Send($"GET /api/comments/{id}/replies")).IsProblem(404);
            (await _reader.Send($"POST /api/comments/{id}/vote", new { value = 1 })).IsProblem(404);
            (await _reader.Send($"POST /api/articles/{article}/comments", new { author = "Ann", text = "Reply.", parentId = id }))
                .IsProblem(409, "no longer visible");
            var shown = (await _reader.Walk<CommentItem>($"/api/articles/{article}/comments?limit=50")).Count;
            Assert.Equal(
                shown, await service.Servers.Query<int>($"select comments from comments.discussion where article_id = '{article}'"));
            await service.Bus.WaitFor<Public.DiscussionChanged>(
                d => d.ArticleId == article && d.Comments == shown, "the count is published");
            Assert.DoesNotContain(service.Bus.Received<Public.DiscussionChanged>(), d => d.ArticleId == article && d.Comments > shown);
            Assert.DoesNotContain(service.Bus.Received<Public.CommentPosted>(), c => c.CommentId == id);
            Assert.DoesNotContain(service.Bus.Received<Public.CommentEdited>(), c => c.CommentId == id);
            Assert.DoesNotContain(service.Bus.Received<Public.CommentHidden>(), c => c.CommentId == id);
        }
    }

    private async Task<Guid> Article(string section)
    {
        var article = Some.Id();
        await service.PublishAndWait(Messages.Published(article, 2) with { Section = section });
        return article;
    }

    private async Task Policy(string of, object policy) =>
        Assert.True(
            (await _moderator.Send($"PUT /api/moderation/policies/{of}", policy)).Status is HttpStatusCode.Created
                or HttpStatusCode.NoContent);

    private Task<Answer> Send(Guid article, string text, string? email = null) =>
        _reader.Send(
            $"POST /api/articles/{article}/comments", email is null ? new { author = "Ann", text } : new { author = "Ann", text, email });

    private async Task<Guid> Post(Guid article, string text, HttpStatusCode status = HttpStatusCode.Created, string? email = null) =>
        (await Send(article, text, email)).Is(status).As<CommentReceipt>().Id;

    private Task<List<ModerationItem>> Held(Guid article) => _moderator.Walk<ModerationItem>($"/api/moderation/comments?article={article}");

    public void Dispose()
    {
        _reader.Dispose();
        _moderator.Dispose();
    }
}
