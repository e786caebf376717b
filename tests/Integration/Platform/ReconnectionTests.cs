using System.Net;
using System.Net.Sockets;
using Kit;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Platform.Hosting;
using Xunit;

namespace Integration.Platform;

/// <summary>A broker that is away is tried again every few seconds, however long it stays away.</summary>
public class ReconnectionTests
{
    [Fact]
    public async Task The_eighth_attempt_comes_as_soon_as_the_second()
    {
        using var away = new TcpListener(IPAddress.Loopback, 0);
        away.Start();
        var attempts = 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var refusing = Task.Run(async () =>
        {
            while (true)
            {
                using var refused = await away.AcceptTcpClientAsync(stop.Token);
                Interlocked.Increment(ref attempts);
            }
        }, TestContext.Current.CancellationToken);
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:RabbitMq"] = $"amqp://127.0.0.1:{((IPEndPoint)away.LocalEndpoint).Port}",
        }).Build();
        var bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.ConnectTo(settings, "reconnection");
            rabbit.ReceiveEndpoint("somewhere", _ => { });
        });
        var starting = bus.StartAsync(stop.Token);
        // At most 3.75 + 1 s apart; waiting ever longer it took 58 s.
        await Eventually.IsTrue(
            () => Task.FromResult(Volatile.Read(ref attempts) >= 8), "it is tried eight times", TimeSpan.FromSeconds(45));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => refusing);
        await Assert.ThrowsAnyAsync<Exception>(() => starting);
        await bus.StopAsync(TestContext.Current.CancellationToken);
    }
}
