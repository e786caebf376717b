using Kit;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Platform.Contracts.Comments;
using Platform.Messaging;
using RabbitMQ.Client;
using Xunit;

namespace Integration.Platform;

/// <summary>New queues are replicated to the number of nodes in the setting. Existing queues are used as they are.</summary>
public sealed class QuorumQueueTests : IAsyncLifetime
{
    private const string Size = "x-quorum-initial-group-size";
    private Servers _servers = null!;

    [Fact]
    public async Task Queues_and_error_queues_have_the_quorum_size_of_the_setting()
    {
        await using var bus = await Consumes("new", size: 3, _ => throw new InvalidOperationException("The handler fails."));
        await bus.Bus.Publish(Changed(), TestContext.Current.CancellationToken);
        await Eventually.IsTrue(async () => await _servers.Queue("new_error") is { Messages: 1 }, "the message is in the error queue");
        foreach (var name in new[] { "new", "new_error" })
        {
            var queue = (await _servers.Queue(name))!;
            Assert.Equal((name, "quorum", 3), (name, queue.Type, queue.Arguments[Size].GetInt32()));
        }
    }

    [Fact]
    public async Task An_existing_queue_with_other_arguments_is_used_as_it_is()
    {
        var ct = TestContext.Current.CancellationToken;
        await using (var connection = await new ConnectionFactory { Uri = _servers.Bus }.CreateConnectionAsync(ct))
        await using (var channel = await connection.CreateChannelAsync(cancellationToken: ct))
        {
            await channel.QueueDeclareAsync("classic", durable: true, exclusive: false, autoDelete: false, cancellationToken: ct);
            await channel.BasicPublishAsync("", "classic", new byte[] { 1 }, ct);
        }
        await using (await Consumes("unsized", size: null, _ => Task.CompletedTask)) { }
        await using (await Consumes("three", size: 3, _ => Task.CompletedTask)) { }

        foreach (var name in new[] { "classic", "unsized", "three" })
        {
            var heard = new TaskCompletionSource();
            await using var bus = await Consumes(name, size: 5, _ =>
            {
                heard.TrySetResult();
                return Task.CompletedTask;
            });
            await bus.Bus.Publish(Changed(), ct);
            await heard.Task.WaitAsync(Eventually.Limit, ct);
        }
        Assert.Equal("classic", (await _servers.Queue("classic"))!.Type);
        Assert.False((await _servers.Queue("unsized"))!.Arguments.ContainsKey(Size));
        Assert.Equal(3, (await _servers.Queue("three"))!.Arguments[Size].GetInt32());
    }

    [Fact]
    public async Task A_queue_that_is_deleted_while_it_is_consumed_is_declared_again()
    {
        await using var bus = await Consumes("deleted", size: null, _ => Task.CompletedTask);
        await _servers.DeleteQueue("deleted");
        await Eventually.IsTrue(async () => await _servers.Queue("deleted") is { Consumers: 1 }, "the queue exists again");
    }

    private async Task<Consuming> Consumes(string queue, int? size, Func<ConsumeContext<DiscussionChanged>, Task> consume)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:RabbitMq"] = _servers.Bus.ToString(),
            ["Broker:QuorumSize"] = $"{size}",
        }).Build();
        var bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.ConnectToBroker(settings, "quorum");
            rabbit.ReceiveEndpoint(queue, endpoint =>
            {
                endpoint.UseQuorumQueue(settings);
                endpoint.Handler<DiscussionChanged>(context => consume(context));
            });
        });
        await bus.StartAsync(new CancellationTokenSource(Eventually.Limit).Token);
        return new(bus);
    }

    private static DiscussionChanged Changed() => new(Some.Id(), "discussion-1", 1, Some.Noon, Some.Id(), 1);

    public async ValueTask InitializeAsync() => _servers = await Servers.New();

    public ValueTask DisposeAsync() => _servers.DisposeAsync();

    private sealed record Consuming(IBusControl Bus) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Bus.StopAsync(CancellationToken.None);
    }
}
