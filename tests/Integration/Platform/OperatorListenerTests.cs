extern alias gateway;

using System.Net;
using System.Text.Json;
using Integration.Gateway;
using Kit;
using Xunit;

namespace Integration.Platform;

/// <summary>The detailed state of a process is visible only to operators. A public port shows only whether the process is ready.</summary>
[Collection<CurrencyRatesService>]
public sealed class OperatorListenerTests(CurrencyRatesService service)
{
    [Fact]
    public async Task A_public_port_shows_only_whether_the_service_is_ready()
    {
        using var client = service.Client();
        await PublicPort.ShowsOnlyWhetherItIsReady(client, CurrencyRatesService.Operator(service.Services).BaseAddress!);
    }

    [Fact]
    public async Task The_operator_port_serves_only_health_and_metrics()
    {
        using var operators = CurrencyRatesService.Operator(service.Services);
        Assert.Equal(HttpStatusCode.NotFound, (await operators.Send("GET /api/currencies")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await operators.Send("GET /admin/currency-rates/consumers")).Status);
        var ready = (await operators.Send("GET /health/ready")).Is(HttpStatusCode.OK).As<JsonElement>();
        Assert.All(["store", "relay", "bus"], check =>
            Assert.Equal("Healthy", ready.GetProperty("checks").GetProperty(check).GetProperty("status").GetString()));
        Assert.StartsWith("replica-", ready.GetProperty("replica").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_gets_only_the_checks_that_decide_whether_the_replica_is_ready()
    {
        using var operators = CurrencyRatesService.Operator(service.Services);
        var ready = (await operators.Send("GET /health/ready?checks=ready")).Is(HttpStatusCode.OK).As<JsonElement>();
        var checks = ready.GetProperty("checks").EnumerateObject().Select(c => c.Name).ToArray();
        Assert.Equal("Healthy", ready.GetProperty("status").GetString());
        Assert.Empty(new[] { "store", "bus" }.Except(checks));
        Assert.Empty(checks.Intersect(["relay", "replicas", "bank"]));
    }
}

/// <summary>The same rules apply to the gateway.</summary>
public sealed class GatewayListenerTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task A_public_port_shows_only_whether_the_gateway_is_ready()
    {
        using var other = await gateway.Another();
        using var client = GatewayFixture.At(other);
        await PublicPort.ShowsOnlyWhetherItIsReady(
            client,
            ServiceFixture<gateway::Gateway.Cache.Generations>.Operator(other.Services).BaseAddress!);
    }

    [Fact]
    public async Task An_operator_sees_the_checks_of_every_replica_through_the_gateway()
    {
        using var operators = gateway.Client("operator");
        var status = (await operators.Send("GET /status")).Is(HttpStatusCode.OK).As<JsonElement>();
        var articles = status.GetProperty("services").EnumerateArray().Single(s => s.GetProperty("service").GetString() == "articles");
        Assert.All(articles.GetProperty("replicas").EnumerateArray(), r => Assert.Equal("Healthy", r.GetProperty("status").GetString()));
        using var reader = gateway.Client();
        Assert.Equal(HttpStatusCode.Unauthorized, (await reader.Send("GET /status")).Status);
    }
}

internal static class PublicPort
{
    public static async Task ShowsOnlyWhetherItIsReady(HttpClient client, Uri operators)
    {
        Assert.Equal("""{"status":"ready"}""", (await client.Send("GET /health/ready")).Is(HttpStatusCode.OK).Body);
        Assert.Equal("Healthy", (await client.Send("GET /health/live")).Body);
        Assert.Equal(HttpStatusCode.NotFound, (await client.Send("GET /metrics")).Status);
        // The address of the operator port in the Host header does not give access to it.
        client.DefaultRequestHeaders.Host = operators.Authority;
        Assert.Equal(HttpStatusCode.NotFound, (await client.Send("GET /metrics")).Status);
        Assert.Equal("""{"status":"ready"}""", (await client.Send("GET /health/ready")).Body);
    }
}
