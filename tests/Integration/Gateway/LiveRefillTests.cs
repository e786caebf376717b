using System.Collections.Concurrent;
using Kit;
using MassTransit;
using Platform.Contracts.Comments;
using Platform.Contracts.Refills;
using Platform.Messaging;
using Xunit;

namespace Integration.Gateway;

/// <summary>The broker loses the live queue with its messages, and the services send them again.</summary>
public sealed class LiveRefillTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task A_refill_delivers_lost_events_and_repeats_no_others()
    {
        var at = new DateTimeOffset(DateTimeOffset.UtcNow.Ticks / 10_000_000 * 10_000_000, TimeSpan.Zero);
        var (known, lost, replayed) = (Posted(at), Posted(at), Posted(at));
        var requests = new ConcurrentQueue<RefillRequested>();
        var comments = MassTransit.Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(gateway.Servers.Bus);
            rabbit.ReceiveEndpoint(Refills.RequestsOf("comments"), endpoint =>
            {
                endpoint.SetQuorumQueue();
                endpoint.Handler<RefillRequested>(context =>
                {
                    requests.Enqueue(context.Message);
                    return Task.CompletedTask;
                });
            });
        });
        await comments.StartAsync(TestContext.Current.CancellationToken);
        using var reader = gateway.Client();
        await using var listener = await LiveClient.At(reader);
        await gateway.Bus.Publish(known);
        await listener.WaitFor(known.CommentId, "comment posted");

        await gateway.Servers.DeleteQueue("gateway-live");
        var request = await Eventually.Get(
            () => Task.FromResult(requests.FirstOrDefault(r => r.Since == at.AddMinutes(-1))), "the gateway requests a refill");
        Assert.Equal("gateway-live", request.Queue);
        Assert.Equal(["CommentEdited", "CommentHidden", "CommentPosted"], request.Messages!);
        // A replay to one queue waits until the queue has a consumer, and so does this test.
        await Eventually.IsTrue(
            async () => await gateway.Servers.Queue("gateway-live") is { Consumers: > 0 }, "the gateway consumes again");

        var queue = await comments.GetSendEndpoint(new Uri("exchange:gateway-live"));
        foreach (var (message, isRefill) in new[] { (known, true), (replayed, false), (lost, true) })
        {
            await queue.Send(message, context =>
            {
                context.Headers.Set(Replayed.Header, true);
                if (isRefill) context.Headers.Set(Replayed.RefillHeader, true);
            }, TestContext.Current.CancellationToken);
        }
        await listener.WaitFor(lost.CommentId, "comment posted");
        await comments.StopAsync(TestContext.Current.CancellationToken);
        Assert.Single(listener.Of(known.CommentId));
        Assert.Empty(listener.Of(replayed.CommentId));
    }

    private static CommentPosted Posted(DateTimeOffset at)
    {
        var (id, article) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        return new(Guid.CreateVersion7(), $"comment-{id}", 1, at, id, article, null, "Ann", "Well said.", at);
    }
}
