using Kit;
using Npgsql;
using Platform.Replays;
using Xunit;
using PublicComments = Platform.Contracts.Comments;

namespace Integration.Replays;

/// <summary>
/// If the process that runs a replay is killed, another one starts it again, and readers never see incomplete data.
/// </summary>
public sealed class KilledReplayTests : IAsyncLifetime
{
    private readonly CommentsWithHistory _service = new();

    [Fact]
    public async Task A_killed_rebuild_changes_nothing_and_another_process_starts_it_again()
    {
        var article = await _service.Article();
        var id = await _service.Post(article);
        await _service.InsertHistory(2_000);
        await _service.Servers.Query<int>(
            $"update comments.mt_doc_commentview set data = jsonb_set(data, '{{text}}', '\"Another\"') where id = 'comment-{id}'");
        var corrupted = await _service.Fingerprint("mt_doc_commentview");
        await _service.Stop(_service.Replicas[0]);

        // A long read prevents the swap, so that the process is killed before it.
        await using var slow = new NpgsqlConnection(_service.Servers.Database);
        await slow.OpenAsync(Cancelled);
        var reading = await slow.BeginTransactionAsync(Cancelled);
        await using (var look = new NpgsqlCommand("select count(*) from comments.mt_doc_commentview", slow))
            await look.ExecuteScalarAsync(Cancelled);
        Guid replay;
        using (var first = await Process("first"))
        {
            using var admin = first.Client("admin");
            replay = await admin.RequestReplay("comments", "readModel:comment-view");
            await admin.WaitUntil("comments", replay, r => r.Step == "swapping", "it is about to swap");
            first.Kill();
        }
        await reading.RollbackAsync(Cancelled);
        Assert.Equal(corrupted, await _service.Fingerprint("mt_doc_commentview"));

        using var second = await Process("second");
        using var next = second.Client("admin");
        var done = await next.WaitForEnd("comments", replay);
        Assert.Equal((ReplayStatus.Completed, 2, "second", 1), (done.State, done.Starts, done.Replica, done.Comparison!.Differ));
        Assert.Equal(
            "Well said.",
            await _service.Servers.Query<string>($"select data ->> 'text' from comments.mt_doc_commentview where id = 'comment-{id}'"));
        Assert.Equal(0, (await next.Replays("comments", "readModel:comment-view", "verify")).Comparison!.Differences());
    }

    [Fact]
    public async Task A_killed_replay_to_the_bus_continues_from_its_checkpoint()
    {
        var article = await _service.Article();
        for (var i = 0; i < 600; i += 20) await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _service.Post(article)));
        await Heard(600);
        await _service.Stop(_service.Replicas[0]);
        Guid replay;
        using (var first = await Process("first"))
        {
            using var admin = first.Client("admin");
            replay = await admin.RequestReplay("comments", "bus", eventsPerSecond: 100);
            await admin.WaitUntil("comments", replay, r => r.Done is > 0 and < 500, "some events are sent");
            first.Kill();
        }
        using var second = await Process("second");
        using var next = second.Client("admin");
        var done = await next.WaitForEnd("comments", replay);
        Assert.Equal((ReplayStatus.Completed, 2), (done.State, done.Starts));
        await Heard(1200);
        // Each message is sent at least once more, and those after the last checkpoint at most twice more.
        var again = _service.Bus.HeardWithIds<PublicComments.CommentPosted>().GroupBy(h => h.MessageId).Select(g => g.Count()).ToArray();
        Assert.Equal(600, again.Length);
        Assert.All(again, count => Assert.InRange(count, 2, 3));
        Assert.Contains(2, again);
    }

    public async ValueTask InitializeAsync() => await _service.InitializeAsync();

    public async ValueTask DisposeAsync() => await _service.DisposeAsync();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private Task<ServiceProcess> Process(string replica) =>
        ServiceProcess.Start("Comments", _service.Servers.Database, _service.Servers.Bus, replica);

    private Task Heard(int times) =>
        Eventually.IsTrue(
            () => Task.FromResult(_service.Bus.Received<PublicComments.CommentPosted>().Count >= times),
            $"{times} messages are received",
            TimeSpan.FromSeconds(60));
}
