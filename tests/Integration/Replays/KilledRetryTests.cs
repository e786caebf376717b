using System.Globalization;
using System.Text;
using Kit;
using Platform.Replays;
using Platform.Replays.Admin;
using RabbitMQ.Client;
using Xunit;

namespace Integration.Replays;

/// <summary>If the process that retries thousands of failed messages is killed, no message is lost.</summary>
public sealed class KilledRetryTests : IAsyncLifetime
{
    private const string Queue = "comments-when-article-retracted";
    private static readonly int Many = int.Parse(
        Environment.GetEnvironmentVariable("TEST_FAILURES") ?? "2000", CultureInfo.InvariantCulture);
    private readonly CommentsWithHistory _service = new();

    private sealed record Groups(IReadOnlyList<FailureGroup> Items);

    [Fact]
    public async Task A_killed_retry_loses_no_message_and_leaves_other_groups_alone()
    {
        await using var broker = await new ConnectionFactory { Uri = _service.Servers.Bus }.CreateConnectionAsync(Cancelled);
        await using var channel = await broker.CreateChannelAsync(new CreateChannelOptions(true, true), Cancelled);
        await channel.QueueDeclareAsync($"{Queue}_error", durable: true, exclusive: false, autoDelete: false, cancellationToken: Cancelled);
        foreach (var chunk in Enumerable.Range(0, Many + 5).Chunk(500))
            await Task.WhenAll(
                chunk.Select(
                    i =>
                        Fail(
                            channel,
                            i,
                            i % ((Many + 5) / 5) == 0 && i / ((Many + 5) / 5) < 5 ? "System.OtherException" : "System.SomeException")));
        await _service.Stop(_service.Replicas[0]);

        Guid retry;
        using (var first = await Process("first"))
        {
            using var admin = first.Client("admin");
            var group = (await admin.Get<Groups>("/admin/comments/failures")).Items.Single(g => g.Exception == "System.SomeException");
            Assert.Equal(Many, group.Count);
            retry = (await admin.Send($"POST /admin/comments/failures/{group.Group}/retry", new { count = Many, reason = "fixed" })).Is(
                System.Net.HttpStatusCode.Accepted).As<ReplayItem>().Id;
            await admin.WaitUntil("comments", retry, r => r.Done >= 200 || r.State == ReplayStatus.Completed, "some messages are retried");
            first.Kill();
        }
        using var second = await Process("second");
        using var next = second.Client("admin");
        var done = await next.WaitForEnd("comments", retry);
        Assert.Equal((ReplayStatus.Completed, null), (done.State, done.Error));
        await Eventually.IsTrue(
            async () => await _service.Servers.Query<long>("select count(*) from comments.mt_doc_articlecopy") == Many,
            "all messages are handled",
            TimeSpan.FromSeconds(180));
        var left = (await next.Get<Groups>("/admin/comments/failures")).Items;
        Assert.Equal(("System.OtherException", 5), left.Select(g => (g.Exception, (int)g.Count)).Single());
    }

    public async ValueTask InitializeAsync() => await _service.InitializeAsync();

    public async ValueTask DisposeAsync() => await _service.DisposeAsync();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private Task<ServiceProcess> Process(string replica) =>
        ServiceProcess.Start("Comments", _service.Servers.Database, _service.Servers.Bus, replica);

    /// <summary>Adds a message to the error queue in the form that MassTransit uses.</summary>
    private static async Task Fail(IChannel channel, int number, string exception)
    {
        var article = new Guid(number + 1, 9, 9, new byte[8]);
        var body = $$$"""
            {"messageId":"{{{Some.Id()}}}","messageType":["urn:message:Platform.Contracts.Articles:ArticleRetracted"],
             "message":{"eventId":"{{{Some.Id()}}}","streamId":"article-{{{article}}}","streamVersion":5,
             "occurredAt":"2026-01-02T12:00:00+00:00","articleId":"{{{article}}}","note":"It was wrong."}}
            """;
        var properties = new BasicProperties
        {
            ContentType = "application/vnd.masstransit+json",
            DeliveryMode = DeliveryModes.Persistent,
            Headers = new Dictionary<string, object?>
            {
                ["MT-Reason"] = "fault",
                ["MT-Fault-ExceptionType"] = exception,
                ["MT-Fault-Message"] = "no",
                ["MT-Fault-MessageType"] = "Platform.Contracts.Articles.ArticleRetracted",
                ["MT-Fault-Timestamp"] = "2026-01-02T12:00:00.0000000Z",
            },
        };
        await channel.BasicPublishAsync("", $"{Queue}_error", true, properties, Encoding.UTF8.GetBytes(body), Cancelled);
    }
}
