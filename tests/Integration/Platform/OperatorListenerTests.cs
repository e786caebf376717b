extern alias gateway;

using System.Net;
using System.Text.Json;
using Integration.Gateway;
using Kit;
using Xunit;

namespace Integration.Platform;

/// <summary>The state of a process is for operators: whoever can reach a public port learns only whether it may be sent requests.</summary>
[Collection<CurrencyRatesService>]
public sealed class OperatorListenerTests(CurrencyRatesService service)
{
    [Fact]
    public async Task A_public_port_tells_only_whether_the_service_is_ready()
    {
        using var client = service.Client();
        await PublicPort.TellsOnlyWhetherItIsReady(client, CurrencyRatesService.Operator(service.Services).BaseAddress!);
    }

    [Fact]
    public async Task The_operator_port_serves_nothing_but_state()
    {
        using var operators = CurrencyRatesService.Operator(service.Services);
        Assert.Equal(HttpStatusCode.NotFound, (await operators.Send("GET /api/currencies")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await operators.Send("GET /admin/currency-rates/consumers")).Status);
        var ready = (await operators.Send("GET /health/ready")).Is(HttpStatusCode.OK).As<JsonElement>();
        Assert.All(["store", "relay", "bus"], check =>
            Assert.Equal("Healthy", ready.GetProperty("checks").GetProperty(check).GetProperty("status").GetString()));
        Assert.StartsWith("replica-", ready.GetProperty("replica").GetString(), StringComparison.Ordinal);
    }
}

/// <summary>The same at the gateway.</summary>
public sealed class GatewayListenerTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task A_public_port_tells_only_whether_the_gateway_is_ready()
    {
        using var other = await gateway.Another();
        using var client = GatewayFixture.At(other);
        await PublicPort.TellsOnlyWhetherItIsReady(
            client,
            ServiceFixture<gateway::Gateway.Generations>.Operator(other.Services).BaseAddress!);
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
    public static async Task TellsOnlyWhetherItIsReady(HttpClient client, Uri operators)
    {
        Assert.Equal("""{"status":"ready"}""", (await client.Send("GET /health/ready")).Is(HttpStatusCode.OK).Body);
        Assert.Equal("Healthy", (await client.Send("GET /health/live")).Body);
        Assert.Equal(HttpStatusCode.NotFound, (await client.Send("GET /metrics")).Status);
        // Naming the operators' address in the request does not lead there.
        client.DefaultRequestHeaders.Host = operators.Authority;
        Assert.Equal(HttpStatusCode.NotFound, (await client.Send("GET /metrics")).Status);
        Assert.Equal("""{"status":"ready"}""", (await client.Send("GET /health/ready")).Body);
    }
}
