using System.Collections.Concurrent;
using System.Net;
using Kit;
using Platform.Replays;
using Platform.Replays.Admin;
using Xunit;

namespace Integration.Replays;

/// <summary>A read model is rebuilt beside the live one and swapped in. Readers and writers are not disturbed.</summary>
public class RebuildTests(CommentsWithHistory service) : IClassFixture<CommentsWithHistory>
{
    private const string View = "mt_doc_commentview", Content = "id, data, article_id, status, posted_at";

    [Theory]
    [InlineData("comment-view")]
    [InlineData("discussion")]
    [InlineData("thread")]
    public async Task During_a_rebuild_readers_see_no_gap_and_no_error_and_writes_are_included(string model)
    {
        var articles = await service.InsertHistory(10_000);
        using var admin = service.Client("admin");
        using var reader = service.Client();
        var least = (await CommentsWithHistory.ReadComments(reader, articles[0])).Count;
        var (stop, posted, looks) = (new CancellationTokenSource(), new ConcurrentBag<Guid>(), 0);
        var writing = Task.Run(
            async () => { while (!stop.IsCancellationRequested) posted.Add(await service.Post(articles[1])); }, Cancelled);
        var reading = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            using var another = service.Client();
            for (var seen = least; !stop.IsCancellationRequested; Interlocked.Increment(ref looks))
            {
                var now = (await CommentsWithHistory.ReadComments(another, articles[0])).Count;
                Assert.True(now >= seen, $"{now} comments after {seen}");
                seen = now;
            }
        }, Cancelled)).ToArray();

        var replay = await admin.Replays("comments", $"readModel:{model}");
        await stop.CancelAsync();
        await Task.WhenAll([writing, .. reading]);

        Assert.Equal((ReplayStatus.Completed, null, 0), (replay.State, replay.Error, replay.Comparison?.Differences()));
        Assert.InRange(looks, 2, int.MaxValue);
        Assert.Empty(posted.Except((await CommentsWithHistory.ReadComments(reader, articles[1])).Select(c => c.Id)));
        Assert.Equal(
            (await CommentsWithHistory.ReadComments(reader, articles[1])).Count,
            await service.Servers.Query<int>($"select comments from comments.discussion where article_id = '{articles[1]}'"));
        Assert.Equal(0, (await admin.Replays("comments", $"readModel:{model}", "verify")).Comparison!.Differences());
        Assert.Null(
            await service.Servers.Query<string>("select string_agg(nspname, ',') from pg_namespace where nspname like 'comments_replay%'"));
    }

    [Fact]
    public async Task Verify_reports_corrupted_rows_and_apply_repairs_them()
    {
        var article = await service.Article();
        Guid[] ids = [await service.Post(article), await service.Post(article), await service.Post(article)];
        var (before, schema) = (await service.Fingerprint(View, Content), await Schema());
        await service.Servers.Query<int>(
            $"update comments.{View} set data = jsonb_set(data, '{{text}}', '\"Another\"') where id = 'comment-{ids[0]}'");
        await service.Servers.Query<int>($"delete from comments.{View} where id = 'comment-{ids[1]}'");
        await service.Servers.Query<int>(
            $"insert into comments.{View} select 'comment-unknown', data, mt_version, article_id, status, posted_at from comments.{View} "
            + $"where id = 'comment-{ids[2]}'");
        using var admin = service.Client("admin");

        var dry = await admin.Replays("comments", "readModel:comment-view", "dryRun");
        var verified = await admin.Replays("comments", "readModel:comment-view", "verify");
        Assert.Equal((1, 1, 1), (dry.Comparison!.Differ, dry.Comparison.Missing, dry.Comparison.Extra));
        Assert.Equal((1, 1, 1), (verified.Comparison!.Differ, verified.Comparison.Missing, verified.Comparison.Extra));
        Assert.Equal(
            new[] { "comment-unknown", $"comment-{ids[0]}", $"comment-{ids[1]}" }.Order(StringComparer.Ordinal),
            verified.Comparison.Samples.Select(s => s.Id).Order(StringComparer.Ordinal));
        var differs = verified.Comparison.Samples.Single(s => s.Id == $"comment-{ids[0]}");
        Assert.Equal(["data.text"], differs.Fields);
        Assert.Contains("1 differ, 1 missing, 1 extra; apply would repair them", verified.Summary, StringComparison.Ordinal);
        Assert.NotEqual(before, await service.Fingerprint(View, Content));

        Assert.Contains("repaired", (await admin.Replays("comments", "readModel:comment-view")).Summary, StringComparison.Ordinal);
        Assert.Equal(before, await service.Fingerprint(View, Content));
        Assert.Equal(schema, await Schema());
        await service.Post(article);
        Assert.Equal(0, (await admin.Replays("comments", "readModel:comment-view", "verify")).Comparison!.Differences());
    }

    [Fact]
    public async Task A_single_stream_can_be_verified_and_repaired()
    {
        var article = await service.Article();
        var (one, other) = (await service.Post(article), await service.Post(article));
        await service.Servers.Query<int>(
            $"update comments.{View} set data = jsonb_set(data, '{{text}}', '\"Another\"') "
            + $"where id in ('comment-{one}', 'comment-{other}')");
        using var admin = service.Client("admin");
        Assert.Equal(
            1, (await admin.Replays("comments", "readModel:comment-view", "verify", new { stream = $"comment-{one}" })).Comparison!.Differ);
        Assert.Equal(
            1, (await admin.Replays("comments", "readModel:comment-view", "apply", new { stream = $"comment-{one}" })).Comparison!.Differ);
        Assert.Equal(
            "Well said.", await service.Servers.Query<string>($"select data ->> 'text' from comments.{View} where id = 'comment-{one}'"));
        Assert.Equal(
            "Another", await service.Servers.Query<string>($"select data ->> 'text' from comments.{View} where id = 'comment-{other}'"));
        await admin.Replays("comments", "readModel:comment-view", "apply", new { stream = $"comment-{other}" });
    }

    [Fact]
    public async Task An_unknown_target_an_invalid_scope_and_a_missing_reason_are_rejected()
    {
        using var admin = service.Client("admin");
        async Task IsRejected(object body, int status, string text) =>
            (await admin.Send("POST /admin/comments/replays", body)).IsProblem(status, text);
        await IsRejected(new { target = "readModel:nothing", reason = "x" }, 400, "comment-view");
        await IsRejected(new { target = "everything", reason = "x" }, 400, "readModel:NAME");
        await IsRejected(new { target = "readModel:comment-view", reason = "x", scope = new { fromSequence = 1 } }, 400, "omit the scope");
        await IsRejected(
            new { target = "readModel:discussion", reason = "x", scope = new { stream = "comment-1" } }, 400, "several streams");
        await IsRejected(new { target = "readModel:comment-view", reason = " " }, 400, "must not be blank");
        await IsRejected(new { target = "readModel:comment-view" }, 400, "reason");
        await IsRejected(new { target = "readModel:comment-view", reason = "x", mode = "retry" }, 400, "mode");
        (await admin.Send($"GET /admin/comments/replays/{Some.Id()}")).IsProblem(404);
        (await admin.Send($"DELETE /admin/comments/replays/{Some.Id()}")).IsProblem(404);
    }

    [Fact]
    public async Task Repeating_a_request_under_one_key_creates_one_replay_which_records_who_and_why()
    {
        using var admin = service.Client("admin");
        var key = $"{Some.Id()}";
        var body = new { target = "readModel:article-copy", mode = "verify", reason = "to be sure" };
        var first = (await admin.Send("POST /admin/comments/replays", body, key: key)).Is(HttpStatusCode.Accepted).As<ReplayItem>();
        await admin.WaitForEnd("comments", first.Id);
        var again = (await admin.Send("POST /admin/comments/replays", body, key: key)).Is(HttpStatusCode.Accepted).As<ReplayItem>();
        Assert.Equal((first.Id, ReplayStatus.Completed), (again.Id, again.State));
        (await admin.Send("POST /admin/comments/replays", body with { mode = "apply" }, key: key)).IsProblem(409, "new key");
        Assert.Equal(("admin", "to be sure"), (again.By, again.Reason));
        Assert.Equal(
            ["replay_requested", "replay_started"],
            (await admin.Get<global::Platform.Web.Page<StoredEvent>>($"/admin/comments/streams/replay-{first.Id}")).Items.Select(e =>
                e.Type).Take(2));
        (await admin.Send($"DELETE /admin/comments/replays/{first.Id}")).IsProblem(409, "already completed");
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private Task<string?> Schema() => service.Servers.Query<string>(
        "select string_agg(i, E'\n' order by i) || (select string_agg(attname || atttypid || attnotnull, ',' order by attname) from "
        + $"pg_attribute where attrelid = 'comments.{View}'::regclass and attnum > 0 and not attisdropped) from (select indexdef as i "
        + $"from pg_indexes where schemaname = 'comments' and tablename = '{View}') x");
}
