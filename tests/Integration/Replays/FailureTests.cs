using Comments.Posting;
using Kit;
using Platform.Replays;
using Platform.Replays.Admin;
using Xunit;
using Public = Platform.Contracts.Articles;

namespace Integration.Replays;

/// <summary>Messages that failed are grouped, and can be retried after their cause is fixed, or discarded. No message is lost.</summary>
public class FailureTests(ServiceFixture<Comment> service) : IClassFixture<ServiceFixture<Comment>>
{
    private const string Queue = "comments-when-article-retracted", Errors = Queue + "_error";

    private sealed record Groups(IReadOnlyList<FailureGroup> Items);

    [Fact]
    public async Task Failed_messages_are_grouped_and_can_be_retried_or_discarded()
    {
        using var admin = service.Client("admin");
        await Broken(true);
        var articles = Enumerable.Range(0, 3).Select(_ => Some.Id()).ToArray();
        foreach (var article in articles) await service.Bus.Publish(Retracted(article));
        var group = await Failed(admin, 3);
        Assert.Equal((Errors, "ArticleRetracted", 3), (group.Source, group.MessageType, group.Count));
        Assert.Contains("Exception", group.Exception, StringComparison.Ordinal);
        Assert.Contains("broken for a test", group.Sample.Error + group.Sample.Body, StringComparison.Ordinal);
        // Reading the failures changes nothing.
        Assert.Equal(3, (await Failed(admin, 3)).Count);
        Assert.Contains("Failed messages: 3", (await admin.Send("GET /admin/comments/consumers")).Body, StringComparison.Ordinal);

        (await admin.Send($"POST /admin/comments/failures/{group.Group}/retry", new { count = 2, reason = "fixed" }))
            .IsProblem(409, "there are 3");
        (await admin.Send($"POST /admin/comments/failures/{group.Group}/retry", new { count = 3 })).IsProblem(400, "reason");
        (await admin.Send("POST /admin/comments/failures/nothing/retry", new { count = 3, reason = "x" })).IsProblem(404, "no failures");
        await Broken(false);
        var retried = await Handle(admin, group, "retry", 3);
        Assert.Equal((ReplayStatus.Completed, 3, "3 messages returned to their queues"), (retried.State, retried.Done, retried.Summary));
        foreach (var article in articles) await Eventually.IsTrue(() => Known(article), "the retraction is known");
        Assert.Empty((await admin.Get<Groups>("/admin/comments/failures")).Items);

        await Broken(true);
        await service.Bus.Publish(Retracted(Some.Id()));
        var another = await Failed(admin, 1);
        (await admin.Send($"POST /admin/comments/failures/{another.Group}/discard", new { count = 1, reason = "" }))
            .IsProblem(400, "reason");
        var key = $"{Some.Id()}";
        var discarded = await Handle(admin, another, "discard", 1, key);
        Assert.Equal("1 messages discarded", discarded.Summary);
        Assert.Equal(discarded.Id, (await Handle(admin, another, "discard", 1, key)).Id);
        await Broken(false);
        Assert.Empty((await admin.Get<Groups>("/admin/comments/failures")).Items);
    }

    private static Public.ArticleRetracted Retracted(Guid article) =>
        new(Some.Id(), $"article-{article}", 5, Some.Noon, article, "It was wrong.");

    /// <summary>Simulates a fault of our own and not an outage: the store rejects one type of event.</summary>
    private Task<int> Broken(bool broken) => service.Servers.Query<int>(broken
        ? """
          create or replace function comments.refuse() returns trigger language plpgsql as
            $$ begin raise exception 'broken for a test'; end $$;
          create trigger refuse before insert on comments.mt_events for each row when (new.type = 'article_seen')
            execute function comments.refuse()
          """
        : "drop trigger refuse on comments.mt_events");

    private static async Task<FailureGroup> Failed(HttpClient admin, int count) =>
        await Eventually.Get(
            async () => (await admin.Get<Groups>("/admin/comments/failures")).Items.SingleOrDefault(g => g.Count == count),
            $"{count} failures are listed",
            TimeSpan.FromSeconds(90));

    private static async Task<ReplayItem> Handle(
        HttpClient admin,
        FailureGroup group,
        string action,
        long count,
        string? key = null)
    {
        var answer = await admin.Send($"POST /admin/comments/failures/{group.Group}/{action}", new { count, reason = "a test" }, key: key);
        return await admin.WaitForEnd("comments", answer.Is(System.Net.HttpStatusCode.Accepted).As<ReplayItem>().Id);
    }

    private async Task<bool> Known(Guid article) =>
        await service.Servers.Query<bool>($"select exists (select from comments.mt_doc_articlecopy where id = 'article-{article}')");
}
