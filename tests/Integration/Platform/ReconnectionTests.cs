using System.Net;
using System.Net.Sockets;
using Kit;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Platform.Messaging;
using Xunit;

namespace Integration.Platform;

/// <summary>While the broker is unavailable, a connection is attempted every few seconds, however long the outage lasts.</summary>
public class ReconnectionTests
{
    [Fact]
    public async Task The_pauses_between_connection_attempts_do_not_grow()
    {
        using var unavailable = new TcpListener(IPAddress.Loopback, 0);
        unavailable.Start();
        var attempts = 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var refusing = Task.Run(async () =>
        {
            while (true)
            {
                using var refused = await unavailable.AcceptTcpClientAsync(stop.Token);
                Interlocked.Increment(ref attempts);
            }
        }, TestContext.Current.CancellationToken);
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:RabbitMq"] = $"amqp://127.0.0.1:{((IPEndPoint)unavailable.LocalEndpoint).Port}",
        }).Build();
        var bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.ConnectToBroker(settings, "reconnection");
            rabbit.ReceiveEndpoint("somewhere", _ => { });
        });
        var starting = bus.StartAsync(stop.Token);
        // The attempts are at most 3.75 + 1 s apart. With growing pauses eight attempts took 58 s.
        await Eventually.IsTrue(
            () => Task.FromResult(Volatile.Read(ref attempts) >= 8), "eight attempts were made", TimeSpan.FromSeconds(45));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => refusing);
        await Assert.ThrowsAnyAsync<Exception>(() => starting);
        await bus.StopAsync(TestContext.Current.CancellationToken);
    }
}
