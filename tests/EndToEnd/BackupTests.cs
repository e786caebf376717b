using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Kit;
using Platform.EventSourcing;
using Platform.Web;
using Xunit;

namespace EndToEnd;

/// <summary>Tests the commands backup, restore and verify on a separate platform.</summary>
[Collection("one at a time")]
public sealed class BackupTests(BackupTests.OwnPlatform own) : IClassFixture<BackupTests.OwnPlatform>
{
    private RunningPlatform Platform => own.Platform;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Backups => Path.Combine(Path.GetDirectoryName(Platform.MailFolder)!, "backups");

    [Fact]
    public async Task A_restore_contains_everything_acknowledged_before_the_given_time_and_nothing_later()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await editor.PublishWithOpenDiscussion();
        var acknowledged = new ConcurrentBag<Guid>();
        using (var stop = new CancellationTokenSource())
        {
            var writing = Task.Run(() => CommentUntil(article, acknowledged, stop.Token), Cancelled);
            Assert.Contains("backup: ", await Platform.Script("backup", "--to", Backups), StringComparison.Ordinal);
            await stop.CancelAsync();
            await writing;
        }
        Assert.NotEmpty(acknowledged);
        var time = TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);

        var lost = await editor.PublishWithOpenDiscussion();
        var afterwards = await CommentOn(article);
        await Platform.Reader.WaitUntilCountIs(article, acknowledged.Count + 1);

        // Restore one service: the others keep their data, and it receives their later events again.
        var output = await Platform.Script("restore", "--from", Backups, "--at", time, "--service", "comments", "--yes");
        Assert.Contains("kept: the previous database, as comments_before_", output, StringComparison.Ordinal);
        await AssertComments(article, acknowledged);
        using (var comments = await Platform.Directly("comments-1")) await comments.WaitUntilDiscussionIsOpen(lost);
        // The other services discard what the restored store has lost, and new comments are counted.
        await Verify();
        var epochs = await Epochs("comments");
        Assert.Contains(epochs[0].Events, e => e.Stream == $"comment-{afterwards}");
        Assert.Equal((2, 0), (epochs.Count, epochs[^1].Number));
        Assert.Empty((await Epochs("articles"))[0].Events);
        await Platform.Reader.WaitUntilCountIs(article, acknowledged.Count);
        await CommentOn(article);
        await Platform.Reader.WaitUntilCountIs(article, acknowledged.Count + 1);
        await Verify();

        // Restore all services.
        output = await Platform.Script("restore", "--from", Backups, "--at", time, "--yes");
        Assert.Contains("restored: all services, as they were at ", output, StringComparison.Ordinal);
        await AssertComments(article, acknowledged);
        Assert.Equal(HttpStatusCode.NotFound, (await Platform.Reader.GetAsync($"/api/articles/{lost}", Cancelled)).StatusCode);
        await Verify();

        // The platform continues on a new timeline of PostgreSQL, and can be backed up again.
        await CommentOn(article);
        await CommentOn(await editor.PublishWithOpenDiscussion());
        await Platform.Script("backup", "--to", Backups, "--keep", "1");
        Assert.Single(Directory.GetDirectories(Backups, "base-*"));
    }

    [Fact]
    public async Task Verify_reports_a_damaged_row_and_a_damaged_copy()
    {
        using var editor = await Platform.SignedIn("editor");
        var article = await editor.PublishWithOpenDiscussion();
        const string Title = "'{headings,en,title}'";
        const string Damage = $"""jsonb_set(data, {Title}, '"Damaged"')""";
        const string Repair = $"""jsonb_set(data, {Title}, '"Title"')""";
        await Platform.Sql("articles", $$"""
            update articles.mt_doc_article set data = jsonb_set(data, '{retractionNote}', '"Damaged"') where id = 'article-{{article}}'
            """);
        await ChangeCopy(article, Damage);

        var differs = await Verify(fails: true);
        Assert.Matches($@"DIFFERS +articles +article +1 rows differ.*\n +article-{article} differs data.retractionNote", differs);
        Assert.Matches($@"DIFFERS +comments +articles-in-comments +1 other content\n +article-{article}: ", differs);
        Assert.Equal(2, differs.Split("DIFFERS ").Length - 1);

        await Platform.Script("replay", "articles", "readModel:article", "--mode", "apply", "--reason", "a test");
        await ChangeCopy(article, Repair);
        await Verify();
    }

    [Fact]
    public async Task A_restore_with_invalid_arguments_states_the_reason_and_changes_nothing()
    {
        var before = await Platform.Status();
        foreach (var (arguments, expected) in new (string[], string)[]
        {
            (["--yes"], "the backup is missing"),
            (["--from", "/nowhere", "--yes"], "there is no directory"),
            (["--from", Path.GetTempPath(), "--yes"], "there is no complete backup"),
            (["--from", Path.GetTempPath(), "--at", "noon of no day", "--yes"], "is not a time"),
            (["--from", Path.GetTempPath(), "--at", "tomorrow", "--yes"], "is in the future"),
            (["--from", Path.GetTempPath(), "--service", "portal", "--yes"], "choose one of articles comments currency-rates feedback"),
        })
        {
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Platform.Script(["restore", .. arguments]));
            Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        }
        Assert.Equal(before.Select(p => (p.Name, p.Pid)), (await Platform.Status()).Select(p => (p.Name, p.Pid)));
    }

    private async Task CommentUntil(Guid article, ConcurrentBag<Guid> acknowledged, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested) acknowledged.Add(await CommentOn(article));
    }

    private async Task<Guid> CommentOn(Guid article)
    {
        var id = Guid.CreateVersion7();
        Assert.Equal(HttpStatusCode.Created, (await Platform.Reader.Comment(article, id)).StatusCode);
        return id;
    }

    // Bypasses the gateway, whose cache may contain lost comments for up to a minute.
    private async Task AssertComments(Guid article, IEnumerable<Guid> expected)
    {
        using var comments = await Platform.Directly("comments-1");
        Assert.Equal(expected.Order(), (await comments.CommentIds(article)).Order());
    }

    private Task ChangeCopy(Guid article, string data) => Platform.Sql("comments", $"""
        update comments.mt_events set data = {data} where stream_id = 'article-{article}';
        update comments.mt_doc_articlecopy set data = {data} where id = 'article-{article}'
        """);

    private async Task<IReadOnlyList<Epoch>> Epochs(string service)
    {
        using var admin = await Platform.SignedIn("admin");
        return (await admin.Send($"GET /admin/{service}/epochs")).As<Page<Epoch>>().Items;
    }

    private async Task<string> Verify(bool fails = false)
    {
        if (fails) return (await Assert.ThrowsAsync<InvalidOperationException>(() => Platform.Script("verify", "--wait", "5"))).Message;
        var output = await Platform.Script("verify", "--wait", "60");
        Assert.EndsWith("everything agrees\n", output, StringComparison.Ordinal);
        return output;
    }

    /// <summary>A separate platform, so that a restore does not affect other tests.</summary>
    public sealed class OwnPlatform : IAsyncLifetime
    {
        public RunningPlatform Platform { get; } = RunningPlatform.Named("backup");

        public ValueTask InitializeAsync() => Platform.InitializeAsync();

        public ValueTask DisposeAsync() => Platform.DisposeAsync();
    }
}
