using System.Collections.Concurrent;
using System.Net;
using Articles.Publishing;
using Integration.Articles;
using Kit;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts.Refills;
using Platform.EventSourcing;
using Platform.Messaging;
using Platform.Replays;
using Platform.Replays.Admin;
using Xunit;
using PublicArticles = Platform.Contracts.Articles;

namespace Integration.Replays;

/// <summary>A missing queue is refilled from the history of its publisher without an admin.</summary>
public sealed class MissingQueueTests : IAsyncLifetime
{
    private const int Many = 20;
    private const string IsPublished = "select position = (select max(seq_id) from articles.mt_events) from articles.relay";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly string[] Queues =
        ["comments-when-article-published", "comments-when-article-revised", "comments-when-article-retracted"];

    private readonly ServiceFixture<Article> _articles = new();
    private Servers _comments = null!;

    [Fact]
    public async Task A_consumer_receives_all_events_however_its_queues_were_lost()
    {
        await Publish(Many);
        using (var late = await Comments())
        {
            await Knows(Many, "the events from before its queues existed");

            var publishing = Publish(Many);
            await Delete(Queues);
            await publishing;
            await Knows(2 * Many, "the events from the time when its queues were deleted");
            await Publish(1);
            await Knows(2 * Many + 1, "later events");
            await late.Stop();
        }
        await Delete(Queues);
        await Publish(Many);
        await _articles.Stop(_articles.Replicas[0]);
        await Delete(Refills.RequestsOf("articles"));
        using var again = await Comments();
        await _articles.Replica();
        // The refill was requested while the publisher was stopped as well.
        await Knows(3 * Many + 1, "the events from the time when it was stopped");
    }

    [Fact]
    public async Task A_refill_waits_for_a_consumer_and_sends_once_only_the_types_that_it_handles()
    {
        const string queue = "tests-when-article-published";
        var retracted = await Publish(1);
        await Retract(retracted);
        await Publish(Many - 1);
        var request = new RefillRequested(queue, Messages: [nameof(PublicArticles.ArticlePublished)]);
        await _articles.PublishAndWait(request, request, request);
        Assert.Equal([ReplayStatus.Queued], (await Replays(queue)).Select(r => r.State));

        var heard = new ConcurrentQueue<(object Message, bool IsReplay)>();
        var bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(_articles.Servers.Bus);
            rabbit.ReceiveEndpoint(queue, endpoint =>
            {
                endpoint.PrefetchCount = 1; // one at a time, so that the order of arrival is kept
                endpoint.Handler<PublicArticles.ArticlePublished>(c => Hear(c));
                endpoint.Handler<PublicArticles.ArticleRetracted>(c => Hear(c));
            });
        });
        await bus.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.IsTrue(() => Task.FromResult(heard.Count == Many), "all were sent", Limit);
        await Eventually.IsTrue(async () => (await Replays(queue)).Single().State == ReplayStatus.Completed, "the replay has completed");
        await bus.StopAsync(TestContext.Current.CancellationToken);

        Assert.All(heard, h => Assert.True(h.IsReplay));
        var published = heard.Select(h => Assert.IsType<PublicArticles.ArticlePublished>(h.Message).ArticleId);
        Assert.Equal(Many, published.Distinct().Count());

        Task Hear<T>(ConsumeContext<T> context) where T : class
        {
            heard.Enqueue((context.Message, context.IsReplay()));
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_refill_sends_the_newest_events_first_and_does_not_delay_new_ones()
    {
        const string queue = "tests-slow-consumer";
        var (oldest, _, newest) = (await Publish(1), await Publish(400), await Publish(1));
        await _articles.PublishAndWait(new RefillRequested(queue, Messages: [nameof(PublicArticles.ArticlePublished)]));

        var heard = new ConcurrentQueue<Guid>();
        var resume = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(_articles.Servers.Bus);
            rabbit.ReceiveEndpoint(queue, endpoint =>
            {
                endpoint.PrefetchCount = 1; // one at a time, so that the order of arrival is kept
                endpoint.Handler<PublicArticles.ArticlePublished>(async context =>
                {
                    await resume.Task;
                    heard.Enqueue(context.Message.ArticleId);
                });
            });
        });
        await bus.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.IsTrue(
            async () => await _articles.Servers.Queue(queue) is { Messages: > 201 }, "the refill waits for the consumer", Limit);
        var published = await Publish(1);
        resume.SetResult();
        await Eventually.IsTrue(() => Task.FromResult(heard.Count == 403), "all were sent", Limit);
        await bus.StopAsync(TestContext.Current.CancellationToken);

        var order = heard.ToList();
        Assert.Equal(403, order.Distinct().Count());
        Assert.True(order.IndexOf(newest) < order.IndexOf(published), "The newest event was not sent first.");
        Assert.True(order.IndexOf(published) < order.IndexOf(oldest), "A new event was delayed until the refill had ended.");
    }

    [Fact]
    public async Task Events_wait_for_the_known_consumers_after_the_broker_lost_its_data()
    {
        const string queue = "tests-late-consumer";
        await Publish(1);
        await _articles.PublishAndWait(new RefillRequested(queue, Messages: [nameof(PublicArticles.ArticlePublished)]));
        Guid? waiting = null;
        await _articles.Servers.WipeBroker(async () => waiting = await PublishWithoutBroker());
        await Eventually.IsTrue(
            async () => (await Cause())?.Contains($"{queue} has a consumer again", StringComparison.Ordinal) == true,
            "the relay names the queue that it waits for",
            Limit);

        var heard = new ConcurrentQueue<(Guid Article, bool IsReplay)>();
        var bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(_articles.Servers.Bus);
            rabbit.ReceiveEndpoint(queue, endpoint => endpoint.Handler<PublicArticles.ArticlePublished>(context =>
            {
                heard.Enqueue((context.Message.ArticleId, context.IsReplay()));
                return Task.CompletedTask;
            }));
        });
        await bus.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.IsTrue(() => Task.FromResult(heard.Contains((waiting!.Value, false))), "the event that waited arrives", Limit);
        await bus.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Events_do_not_wait_long_for_a_consumer_that_stays_away()
    {
        await Publish(1);
        await _articles.PublishAndWait(new RefillRequested("tests-stopped-consumer"));
        await _articles.Servers.WipeBroker(PublishWithoutBroker);
        await Eventually.IsTrue(async () => (await Cause())?.Contains("tests-stopped-consumer") == true, "the relay waits", Limit);
        await Eventually.IsTrue(
            () => _articles.Servers.Query<bool>(IsPublished), "the relay has published the event that waited", Limit);
    }

    /// <summary>Publishes an article, and waits until the relay has reported that it could not publish the event.</summary>
    private async Task<Guid> PublishWithoutBroker()
    {
        using var editor = _articles.Client("editor");
        var article = Some.Id();
        (await editor.Send($"PUT /api/articles/{article}", Newsroom.Body(Newsroom.English()))).Is(HttpStatusCode.Created);
        (await editor.Send($"POST /api/articles/{article}/publish", ifMatch: "*")).Is(HttpStatusCode.NoContent);
        await Eventually.IsTrue(async () => await Cause() is not null, "the relay cannot publish the event", Limit);
        return article;
    }

    private async Task<string?> Cause() =>
        (await _articles.Services.GetRequiredService<RelayInspection>().Read(TestContext.Current.CancellationToken)).Cause;

    private async Task<IReadOnlyList<ReplayItem>> Replays(string queue)
    {
        using var admin = _articles.Client("admin");
        var replays = await admin.Get<global::Platform.Web.Page<ReplayItem>>("/admin/articles/replays");
        return [.. replays.Items.Where(r => r.Target == $"bus:{queue}")];
    }

    private async Task Delete(params string[] queues)
    {
        foreach (var queue in queues) await _articles.Servers.DeleteQueue(queue);
    }

    private async Task Retract(Guid article)
    {
        using var editor = _articles.Client("editor");
        (await editor.Send($"POST /api/articles/{article}/retract", new { note = "Withdrawn" }, ifMatch: "*")).Is(HttpStatusCode.NoContent);
    }

    /// <summary>Publishes articles, waits until the relay has published them, and returns the id of the last one.</summary>
    private async Task<Guid> Publish(int articles)
    {
        using var editor = _articles.Client("editor");
        var last = Guid.Empty;
        await editor.Send("PUT /api/sections/news", new { order = 1, names = new { en = "News", ru = "Новости", zh = "新闻" } });
        for (var i = 0; i < articles; i++)
        {
            last = Some.Id();
            (await editor.Send($"PUT /api/articles/{last}", Newsroom.Body(Newsroom.English()))).Is(HttpStatusCode.Created);
            (await editor.Send($"POST /api/articles/{last}/publish", ifMatch: "*")).Is(HttpStatusCode.NoContent);
        }
        await Eventually.IsTrue(() => _articles.Servers.Query<bool>(IsPublished), "the relay has published all events");
        return last;
    }

    private Task<ServiceProcess> Comments() =>
        ServiceProcess.Start("Comments", _comments.Database, _articles.Servers.Bus, "comments-1");

    private Task Knows(int articles, string what) => Eventually.IsTrue(
        async () => await _comments.Query<long>("select count(*) from comments.mt_doc_articlecopy") == articles,
        $"comments has received {what}",
        Limit);

    public async ValueTask InitializeAsync()
    {
        await _articles.InitializeAsync();
        _comments = await Servers.New();
    }

    public async ValueTask DisposeAsync()
    {
        await _articles.DisposeAsync();
        await _comments.DisposeAsync();
    }
}
