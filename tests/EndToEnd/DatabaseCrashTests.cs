using System.Collections.Concurrent;
using System.Diagnostics;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>
/// PostgreSQL is killed under writes: what was taken is there, what was not got a clear answer, and nobody has to restart anything.
/// </summary>
public class DatabaseCrashTests(RunningPlatform platform) : BreakingTests(platform)
{
    [Fact]
    public async Task Whatever_was_taken_is_there_once_and_whatever_was_refused_was_told_to_try_again()
    {
        using var editor = await Platform.SignedIn("editor");
        var discussed = await editor.PublishDiscussed();
        var before = await Platform.Status();
        var refusals = new ConcurrentBag<Refusal>();
        ConcurrentBag<Guid> comments = [], articles = [];
        using var stop = new CancellationTokenSource();

        var workers = Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var id = Guid.CreateVersion7();
                if (worker == 0)
                {
                    await refusals.UntilTaken(() => editor.Draft(id));
                    await refusals.UntilTaken(() => editor.Publish(id));
                    articles.Add(id);
                }
                else
                {
                    await refusals.UntilTaken(() => Platform.Reader.Comment(discussed, id));
                    comments.Add(id);
                }
            }
        }, Cancelled)).ToArray();
        await Eventually.IsTrue(() => Task.FromResult(comments.Count > 20 && !articles.IsEmpty), "writes flow", Patience);
        var killed = before.Single(p => p.Name == "postgres");
        RunningPlatform.Kill(killed);
        var watch = Stopwatch.StartNew();
        // It may be back so soon that nobody who tried twice was refused.
        await Eventually.IsTrue(
            async () => (await Platform.Status()).Any(p => p is { Name: "postgres", Ready: true } && p.Pid != killed.Pid),
            "another database runs",
            Patience);
        var (takenComments, takenArticles) = (comments.Count, articles.Count);
        await Eventually.IsTrue(
            () => Task.FromResult(comments.Count > takenComments + 20 && articles.Count > takenArticles + 1),
            "writes flow again",
            Patience);
        Took("kill of the database to writes flowing again", watch.Elapsed, promised: 15);
        await stop.CancelAsync();
        await Task.WhenAll(workers);

        Assert.All(refusals, refusal => refusal.SaysTryAgain());
        Assert.Equal(comments.Order(), (await Platform.Reader.CommentIds(discussed)).Order());
        foreach (var article in articles) Assert.Equal(0, await Platform.Reader.CommentCount(article));
        await Platform.Reader.CountBecomes(discussed, comments.Count);
        foreach (var article in articles) await Platform.Reader.DiscussionIsOpen(article);
        Took("kill of the database to all events arrived", watch.Elapsed, promised: 30);

        var services = before.Where(p => p.Name is not ("postgres" or "rabbitmq" or "epmd")).Select(p => (p.Name, p.Pid));
        Assert.Subset((await Platform.Status()).Select(p => (p.Name, p.Pid)).ToHashSet(), services.ToHashSet());
        Assert.All(await Platform.DeadLetters(), queue => Assert.Equal(0, queue.Value));
    }

    [Fact]
    public async Task Messages_that_arrive_while_the_database_is_away_wait_for_it()
    {
        using var editor = await Platform.SignedIn("editor");
        await Platform.Script("stop", "rabbitmq");
        var article = await editor.PublishNew();

        // The relay starts when both are back; the database leaves again as soon as the broker has the event in hand.
        await Platform.Script("start", "rabbitmq");
        await Platform.Script("stop", "postgres");
        foreach (var ask in new[]
        {
            Platform.Reader.GetAsync($"/api/articles/{article}", Cancelled),
            editor.Draft(Guid.CreateVersion7()),
            Platform.Reader.Comment(article),
        })
            using (var answer = await ask) (await Refusal.Of(answer)).SaysTryAgain();
        using (var ready = await (await Platform.Directly("articles-1")).GetAsync("/health/ready", Cancelled))
            Assert.Equal(503, (int)ready.StatusCode);

        var watch = Stopwatch.StartNew();
        await Platform.Script("start", "postgres");
        await Platform.Reader.DiscussionIsOpen(article);
        Took("start of the database to the event's effect", watch.Elapsed, promised: 30);
        Assert.All(await Platform.DeadLetters(), queue => Assert.Equal(0, queue.Value));
    }
}
