using System.Collections.Concurrent;
using System.Diagnostics;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>
/// Crashes of PostgreSQL under load: every accepted write is stored, every other write gets an answer that tells the client to retry, and
/// no service needs a restart.
/// </summary>
public class DatabaseCrashTests(RunningPlatform platform) : DisruptiveTests(platform)
{
    [Fact]
    public async Task Accepted_writes_are_stored_once_and_clients_of_refused_writes_are_told_to_retry()
    {
        using var editor = await Platform.SignedIn("editor");
        var discussed = await editor.PublishWithOpenDiscussion();
        var before = await Platform.Status();
        var errors = new ConcurrentBag<ErrorResponse>();
        ConcurrentBag<Guid> comments = [], articles = [];
        using var stop = new CancellationTokenSource();

        var workers = Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var id = Guid.CreateVersion7();
                if (worker == 0)
                {
                    await errors.SendUntilAccepted(() => editor.Draft(id));
                    await errors.SendUntilAccepted(() => editor.Publish(id));
                    articles.Add(id);
                }
                else
                {
                    await errors.SendUntilAccepted(() => Platform.Reader.Comment(discussed, id));
                    comments.Add(id);
                }
            }
        }, Cancelled)).ToArray();
        await Eventually.IsTrue(() => Task.FromResult(comments.Count > 20 && !articles.IsEmpty), "writes succeed", Patience);
        var killed = before.Single(p => p.Name == "postgres");
        RunningPlatform.Kill(killed);
        var watch = Stopwatch.StartNew();
        // The database may restart so quickly that no write is refused, so this waits for the restart itself.
        await Eventually.IsTrue(
            async () => (await Platform.Status()).Any(p => p is { Name: "postgres", Ready: true } && p.Pid != killed.Pid),
            "the database was restarted",
            Patience);
        var (takenComments, takenArticles) = (comments.Count, articles.Count);
        await Eventually.IsTrue(
            () => Task.FromResult(comments.Count > takenComments + 20 && articles.Count > takenArticles + 1),
            "writes succeed again",
            Patience);
        AssertDuration("from the kill of the database until writes succeeded", watch.Elapsed, limit: 15);
        await stop.CancelAsync();
        await Task.WhenAll(workers);

        Assert.All(errors, error => error.AssertRetryable());
        Assert.Equal(comments.Order(), (await Platform.Reader.CommentIds(discussed)).Order());
        foreach (var article in articles) Assert.Equal(0, await Platform.Reader.CommentCount(article));
        await Platform.Reader.WaitUntilCountIs(discussed, comments.Count);
        foreach (var article in articles) await Platform.Reader.WaitUntilDiscussionIsOpen(article);
        AssertDuration("from the kill of the database until all events arrived", watch.Elapsed, limit: 30);

        var services = before.Where(p => p.Name is not ("postgres" or "rabbitmq" or "epmd")).Select(p => (p.Name, p.Pid));
        Assert.Subset((await Platform.Status()).Select(p => (p.Name, p.Pid)).ToHashSet(), services.ToHashSet());
        Assert.All(await Platform.DeadLetters(), queue => Assert.Equal(0, queue.Value));
    }

    [Fact]
    public async Task Messages_that_arrive_while_the_database_is_down_wait_for_it()
    {
        using var editor = await Platform.SignedIn("editor");
        await Platform.Script("stop", "rabbitmq");
        var article = await editor.PublishNew();

        // The broker starts and the database stops right afterwards, so that the event may reach its consumer while the database is down.
        await Platform.Script("start", "rabbitmq");
        await Platform.Script("stop", "postgres");
        foreach (var request in new[]
        {
            Platform.Reader.GetAsync($"/api/articles/{article}", Cancelled),
            editor.Draft(Guid.CreateVersion7()),
            Platform.Reader.Comment(article),
        })
            using (var answer = await request) (await ErrorResponse.Of(answer)).AssertRetryable();
        using (var ready = await (await Platform.Directly("articles-1")).GetAsync("/health/ready", Cancelled))
            Assert.Equal(503, (int)ready.StatusCode);

        var watch = Stopwatch.StartNew();
        await Platform.Script("start", "postgres");
        await Platform.Reader.WaitUntilDiscussionIsOpen(article);
        AssertDuration("from the start of the database until the event took effect", watch.Elapsed, limit: 30);
        Assert.All(await Platform.DeadLetters(), queue => Assert.Equal(0, queue.Value));
    }
}
