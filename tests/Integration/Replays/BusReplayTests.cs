using Kit;
using Platform.Replays;
using Platform.Replays.Admin;
using Xunit;
using PublicComments = Platform.Contracts.Comments;

namespace Integration.Replays;

/// <summary>
/// A replay to the bus publishes stored events again, to all consumers or to one queue, in order and with their original ids. It changes
/// nothing.
/// </summary>
public class BusReplayTests(CommentsWithHistory service) : IClassFixture<CommentsWithHistory>
{
    [Fact]
    public async Task Replayed_messages_have_their_original_ids_and_a_header_and_change_nothing()
    {
        var article = await service.Article();
        for (var i = 0; i < 20; i++) await service.Post(article);
        var first = await Heard(article, 20);
        var before = await Everything();
        using var admin = service.Client("admin");
        for (var round = 1; round <= 3; round++)
        {
            var replay = await admin.Replays("comments", "bus", eventsPerSecond: 10_000);
            Assert.Equal((ReplayStatus.Completed, null), (replay.State, replay.Error));
            Assert.Equal(replay.Total, replay.Done);
            await Heard(article, 20 * (round + 1));
        }
        var ids = service.Bus.HeardWithIds<PublicComments.CommentPosted>()
            .Where(h => h.Message.ArticleId == article)
            .Select(h => h.MessageId)
            .ToArray();
        Assert.Equal(first.Order(), ids.Distinct().Order());
        Assert.All(ids.GroupBy(i => i), g => Assert.Equal(4, g.Count()));
        Assert.Equal(before, await Everything());
    }

    [Fact]
    public async Task A_replay_sends_only_the_events_in_its_scope_and_a_dry_run_sends_none()
    {
        var article = await service.Article();
        var (one, two) = (await service.Post(article), await service.Post(article));
        await Heard(article, 2);
        using var admin = service.Client("admin");
        var dry = await admin.Replays("comments", "bus", "dryRun", new { stream = $"comment-{one}" });
        Assert.Equal((1, "1 events would be sent again"), (dry.Done, dry.Summary));
        var events = (await admin.Get<global::Platform.Web.Page<StoredEvent>>($"/admin/comments/events?stream=comment-{two}")).Items;
        await admin.Replays("comments", "bus", "apply", new { fromSequence = events[0].Sequence, toSequence = events[0].Sequence });
        await Heard(article, 3);
        await admin.Replays("comments", "bus", "apply", new { types = new[] { "comment_hidden" }, stream = $"comment-{one}" });
        await admin.Replays("comments", "bus", "apply", new { stream = $"comment-{two}", from = events[0].At, to = events[0].At });
        await Heard(article, 4);
        Assert.Equal(3, service.Bus.HeardWithIds<PublicComments.CommentPosted>().Count(h => h.Message.CommentId == two));
        (await admin.Send("POST /admin/comments/replays", new { target = "bus", reason = "x", mode = "verify" }))
            .IsProblem(400, "dryRun or apply");
        (await admin.Send(
            "POST /admin/comments/replays",
            new { target = "bus", reason = "x", mode = "apply", scope = new { types = new[] { "nothing" } } }))
                .IsProblem(400, "no events of type");
        (await admin.Send("POST /admin/comments/replays", new { target = "bus:unknown", reason = "x", mode = "apply" }))
            .IsProblem(400, "no queue");
    }

    [Fact]
    public async Task A_target_has_at_most_one_active_replay_and_a_cancelled_replay_stops()
    {
        var article = await service.Article();
        for (var i = 0; i < 30; i++) await service.Post(article);
        using var admin = service.Client("admin");
        var slow = await admin.RequestReplay("comments", "bus", "apply", eventsPerSecond: 1);
        await admin.WaitUntil("comments", slow, r => r.State == ReplayStatus.Running, "it runs");
        (await admin.Send("POST /admin/comments/replays", new { target = "bus", reason = "x", mode = "apply" })).IsProblem(409, $"{slow}");
        (await admin.Send($"DELETE /admin/comments/replays/{slow}")).Is(System.Net.HttpStatusCode.OK);
        Assert.Equal(
            (ReplayStatus.Cancelled, "admin"),
            ((await admin.WaitForEnd("comments", slow)).State, (await admin.Replay("comments", slow)).CancelledBy));
        Assert.Equal(ReplayStatus.Completed, (await admin.Replays("comments", "bus", "apply", eventsPerSecond: 10_000)).State);
    }

    [Fact]
    public async Task A_replay_to_a_queue_reaches_only_this_queue_and_messages_without_a_handler_are_no_failures()
    {
        var article = await service.Article();
        for (var i = 0; i < 5; i++) await service.Post(article);
        await Heard(article, 5);
        using var admin = service.Client("admin");
        // The consumer of this queue handles articles and not comments.
        var replay = await admin.Replays(
            "comments", "bus:comments-when-article-published", "apply", new { types = new[] { "comment_posted" } });
        Assert.Equal((ReplayStatus.Completed, null), (replay.State, replay.Error));
        await Eventually.IsTrue(
            async () => await service.Servers.Queue("comments-when-article-published") is { Messages: 0 }, "the queue is empty again");
        Assert.Equal(5, service.Bus.HeardWithIds<PublicComments.CommentPosted>().Count(h => h.Message.ArticleId == article));
        Assert.True(await service.Servers.Queue("comments-when-article-published_skipped") is null or { Messages: 0 });
    }

    private async Task<Guid?[]> Heard(Guid article, int times)
    {
        await Eventually.IsTrue(
            () => Task.FromResult(service.Bus.Received<PublicComments.CommentPosted>().Count(c => c.ArticleId == article) >= times),
            $"{times} comments are received");
        return
        [
            .. service.Bus.HeardWithIds<PublicComments.CommentPosted>().Where(h => h.Message.ArticleId == article).Select(h => h.MessageId),
        ];
    }

    private async Task<string> Everything() =>
        string.Join(
            '|',
            await service.Fingerprint("mt_doc_commentview"),
            await service.Fingerprint("mt_doc_articlecopy"),
            await service.Fingerprint("discussion"),
            await service.Servers.Query<string>("select count(*)::text from comments.mt_events where stream_id not like 'replay-%'"));
}
