using System.Net;
using Articles.Publishing;
using Integration.Articles;
using Kit;
using Microsoft.AspNetCore.Hosting;
using Platform.Contracts.Comments;
using Xunit;
using PublicArticles = Platform.Contracts.Articles;

namespace Integration.Platform;

/// <summary>The articles service with a connection string that names two broker nodes.</summary>
public sealed class ArticlesWithTwoBrokerNodes : ServiceFixture<Article>, IAsyncLifetime
{
    public IReadOnlyList<Forwarder> Nodes { get; private set; } = [];

    protected override void Configure(IWebHostBuilder host)
    {
        Nodes = [new(Servers.Bus), new(Servers.Bus)];
        var bus = Servers.Bus;
        host.UseSetting("ConnectionStrings:RabbitMq",
            $"amqp://{bus.UserInfo}@{string.Join(',', Nodes.Select(n => $"127.0.0.1:{n.Port}"))}{bus.AbsolutePath}");
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsync();
        foreach (var node in Nodes) node.Dispose();
    }
}

/// <summary>Publisher, consumers and replays continue at another broker node, and return to the first one.</summary>
public class BrokerNodeTests(ArticlesWithTwoBrokerNodes service) : IClassFixture<ArticlesWithTwoBrokerNodes>
{
    [Theory]
    [InlineData(false, 20)]
    [InlineData(true, 60)] // A silent node is detected after about twelve seconds, or ten more if it is tried again first.
    public async Task Events_are_published_and_consumed_after_the_broker_node_in_use_is_lost(bool frozen, int seconds)
    {
        using var editor = service.Client("editor");
        await editor.Send("PUT /api/sections/news", new { order = 1, names = new { en = "News", ru = "Новости", zh = "新闻" } });
        await CheckService(editor, seconds);
        for (var round = 0; round < 2; round++)
        {
            var lost = service.Nodes.MaxBy(n => n.Connections)!;
            if (frozen) lost.Freeze();
            else lost.Kill();
            await CheckService(editor, seconds);
            lost.Restore();
        }
    }

    /// <summary>Checks that an article is published, that its comment count is updated, and that an admin sees the queues.</summary>
    private async Task CheckService(HttpClient editor, int seconds)
    {
        var limit = TimeSpan.FromSeconds(seconds);
        var id = Some.Id();
        (await editor.Send($"PUT /api/articles/{id}", Newsroom.Body(Newsroom.English()))).Is(HttpStatusCode.Created);
        (await editor.Send($"POST /api/articles/{id}/publish", ifMatch: "*")).Is(HttpStatusCode.NoContent);
        await Eventually.IsTrue(
            () => Task.FromResult(service.Bus.Received<PublicArticles.ArticlePublished>().Any(e => e.ArticleId == id)),
            "the article is published",
            limit);
        await service.Bus.Publish(new DiscussionChanged(Some.Id(), $"discussion-{id}", 1, Some.Noon, id, 7));
        await Eventually.IsTrue(
            () =>
                Task.FromResult(service.Bus.Received<PublicArticles.ArticleStatsChanged>().Any(e => e.ArticleId == id && e.Comments == 7)),
            "its discussion is counted",
            limit);
        using var admin = service.Client("admin");
        await Eventually.IsTrue(
            async () => (await admin.Send("GET /admin/articles/consumers")).Body.Contains("\"running\"", StringComparison.Ordinal),
            "an admin sees the queues",
            limit);
    }
}
