using System.Net;
using System.Text.Json.Nodes;
using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>How the processes run, and what they tell whom.</summary>
public class OperationTests(RunningPlatform platform) : EndToEndTests(platform)
{
    private static readonly string[] Servers = ["postgres", "rabbitmq", "epmd"];

    [Fact]
    public async Task State_and_metrics_are_at_the_operator_port_of_every_process_and_nowhere_else()
    {
        var processes = await Ours();
        foreach (var process in processes)
        {
            using var anybody = await Platform.Directly(process.Name);
            Assert.Equal((process.Name, HttpStatusCode.NotFound), (process.Name, (await anybody.Send("GET /metrics")).Status));
            Assert.Equal((process.Name, """{"status":"ready"}"""), (process.Name, (await anybody.Send("GET /health/ready")).Is(HttpStatusCode.OK).Body));
            using var operators = await Platform.Operator(process.Name);
            Assert.Contains("# TYPE", (await operators.Send("GET /metrics")).Is(HttpStatusCode.OK).Body, StringComparison.Ordinal);
            Assert.Equal(process.Name, (await Platform.Health(process.Name))["replica"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task The_status_at_the_gateway_shows_operators_the_checks_of_every_replica()
    {
        using var operators = await Platform.SignedIn("operator");
        var services = JsonNode.Parse((await operators.Send("GET /status")).Is(HttpStatusCode.OK).Body)!["services"]!.AsArray();
        Assert.Equal(["articles", "comments", "currency-rates", "feedback", "portal"], services.Select(s => s!["service"]!.GetValue<string>()));
        foreach (var replica in services.SelectMany(s => s!["replicas"]!.AsArray())) Assert.NotNull(replica!["says"]!["checks"]);
    }

    private async Task<ProcessState[]> Ours()
    {
        var processes = (await Platform.Status()).Where(p => !Servers.Contains(p.Name)).ToArray();
        Assert.InRange(processes.Length, 6, 20);
        return processes;
    }
}
