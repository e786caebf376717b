using Kit;
using Npgsql;
using Platform.EventSourcing.Replays;
using Xunit;
using PublicComments = Platform.Contracts.Comments;

namespace Integration.Replays;

/// <summary>
/// The process that works on a replay is killed without warning: another takes it up, and what readers see was never touched half way.
/// </summary>
public sealed class KilledReplayTests : IAsyncLifetime
{
    private readonly CommentsWithHistory _service = new();

    [Fact]
    public async Task A_read_model_is_untouched_and_built_anew_by_the_next_process()
    {
        var article = await _service.Article();
        var id = await _service.Post(article);
        await _service.Past(2_000);
        await _service.Servers.Query<int>(
            $"update comments.mt_doc_commentview set data = jsonb_set(data, '{{text}}', '\"Another\"') where id = 'comment-{id}'");
        var corrupted = await _service.Fingerprint("mt_doc_commentview");
        await _service.Stop(_service.Replicas[0]);

        // A reader who takes his time keeps it from its end, so that it is killed in the middle.
        await using var slow = new NpgsqlConnection(_service.Servers.Database);
        await slow.OpenAsync(Cancelled);
        var reading = await slow.BeginTransactionAsync(Cancelled);
        await using (var look = new NpgsqlCommand("select count(*) from comments.mt_doc_commentview", slow))
            await look.ExecuteScalarAsync(Cancelled);
        Guid replay;
        using (var first = await Process("first"))
        {
            using var admin = first.Client("admin");
            replay = await admin.Asks("comments", "readModel:comment-view");
            await admin.Reaches("comments", replay, r => r.Step == "swapping", "it is about to swap");
            first.Kill();
        }
        await reading.RollbackAsync(Cancelled);
        Assert.Equal(corrupted, await _service.Fingerprint("mt_doc_commentview"));

        using var second = await Process("second");
        using var next = second.Client("admin");
        var done = await next.Ends("comments", replay);
        Assert.Equal((ReplayStatus.Completed, 2, "second", 1), (done.State, done.Starts, done.Replica, done.Comparison!.Differ));
        Assert.Equal(
            "Well said.",
            await _service.Servers.Query<string>($"select data ->> 'text' from comments.mt_doc_commentview where id = 'comment-{id}'"));
        Assert.Equal(0, (await next.Replays("comments", "readModel:comment-view", "verify")).Comparison!.Differences());
    }

    [Fact]
    public async Task A_replay_to_the_bus_goes_on_where_it_was()
    {
        var article = await _service.Article();
        for (var i = 0; i < 600; i += 20) await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _service.Post(article)));
        await Heard(600);
        await _service.Stop(_service.Replicas[0]);
        Guid replay;
        using (var first = await Process("first"))
        {
            using var admin = first.Client("admin");
            replay = await admin.Asks("comments", "bus", eventsPerSecond: 100);
            await admin.Reaches("comments", replay, r => r.Done is > 0 and < 500, "a part is sent");
            first.Kill();
        }
        using var second = await Process("second");
        using var next = second.Client("admin");
        var done = await next.Ends("comments", replay);
        Assert.Equal((ReplayStatus.Completed, 2), (done.State, done.Starts));
        await Heard(1200);
        // Each at least once more; the part after the last checkpoint twice at most.
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
            () => Task.FromResult(_service.Bus.Heard<PublicComments.CommentPosted>().Count >= times),
            $"{times} are heard",
            TimeSpan.FromSeconds(60));
}
