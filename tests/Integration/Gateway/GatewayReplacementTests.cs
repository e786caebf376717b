extern alias gateway;

using System.Net;
using System.Net.Sockets;
using gateway::Gateway.Edge;
using Integration.CurrencyRates;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Integration.Gateway;

/// <summary>
/// A gateway takes over the port of its predecessor, and clients leave the predecessor before it closes their connections.
/// </summary>
public sealed class GatewayReplacementTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task New_connections_reach_the_newest_listener_of_the_port_and_the_remaining_one_after_it_has_stopped()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux directs the connections of a shared port.");
        var address = new IPEndPoint(IPAddress.Loopback, 0);
        using var first = await Listen(address);
        address = (IPEndPoint)first.LocalEndPoint!;
        Assert.Same(first, await ReachedBy(address, first));
        using (var second = await Listen(address))
            for (var n = 0; n < 20; n++) Assert.Same(second, await ReachedBy(address, first, second));
        for (var n = 0; n < 5; n++) Assert.Same(first, await ReachedBy(address, first));
        using var third = await Listen(address);
        for (var n = 0; n < 20; n++) Assert.Same(third, await ReachedBy(address, first, third));
        first.Dispose();
        Assert.Same(third, await ReachedBy(address, third));
        using var fourth = await Listen(address);
        for (var n = 0; n < 20; n++) Assert.Same(fourth, await ReachedBy(address, third, fourth));
    }

    [Fact]
    public async Task A_successor_takes_over_the_port_of_a_gateway()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux directs the connections of a shared port.");
        AnswerCacheable();
        await using var first = await fixture.Another(("Gateway:SharePort", "true"));
        var address = new Uri(RatesFixture.AddressOf(first));
        Assert.Equal("gateway; fwd=miss; stored", await CacheStatus());
        Assert.Equal("gateway; hit", await CacheStatus());
        await using (await fixture.Another(address.Port, ("Gateway:SharePort", "true")))
        {
            Assert.Equal("gateway; fwd=miss; stored", await CacheStatus());
            for (var n = 0; n < 10; n++) Assert.Equal("gateway; hit", await CacheStatus());
        }
        Assert.Equal("gateway; hit", await CacheStatus());

        async Task<string> CacheStatus()
        {
            using var client = GatewayFixture.At(first); // with a connection of its own
            using var response = await client.GetAsync("/api/articles?page=3", TestContext.Current.CancellationToken);
            return response.Headers.GetValues("Cache-Status").Single();
        }
    }

    [Fact]
    public async Task While_a_gateway_drains_it_answers_requests_and_asks_clients_to_close_the_connection()
    {
        AnswerCacheable();
        await using var gateway = await fixture.Another(("Gateway:DrainSeconds", "1"));
        using var client = GatewayFixture.At(gateway);
        Assert.Equal((HttpStatusCode.OK, null), await Get());

        var drains = gateway.Services.GetRequiredService<ConnectionDrain>().StoppingAsync(TestContext.Current.CancellationToken);
        Assert.False(drains.IsCompleted);
        Assert.Equal((HttpStatusCode.OK, true), await Get());
        Assert.Equal((HttpStatusCode.OK, true), await Get("?page=2"));
        await drains;

        async Task<(HttpStatusCode Status, bool? Close)> Get(string query = "")
        {
            using var response = await client.GetAsync($"/api/articles{query}", TestContext.Current.CancellationToken);
            return (response.StatusCode, response.Headers.ConnectionClose);
        }
    }

    private void AnswerCacheable() => fixture.One.Answer = fixture.Other.Answer = http =>
    {
        (http.Response.Headers.CacheControl, http.Response.Headers["Surrogate-Key"]) = ("public, max-age=60", "articles");
        return http.Response.WriteAsync("{}");
    };

    private static async Task<Socket> Listen(IPEndPoint address)
    {
        var port = new SharedPort();
        var listener = port.Listen(address);
        listener.Listen();
        await port.StartedAsync(TestContext.Current.CancellationToken);
        return listener;
    }

    /// <summary>Connects to the port; the listener that has received the connection.</summary>
    private static async Task<Socket> ReachedBy(IPEndPoint address, params Socket[] listeners)
    {
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(address, TestContext.Current.CancellationToken);
        var reached = new List<Socket>(listeners);
        Socket.Select(reached, null, null, TimeSpan.FromSeconds(10));
        using var accepted = await Assert.Single(reached).AcceptAsync(TestContext.Current.CancellationToken);
        return reached[0];
    }
}
