using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kit;
using Npgsql;
using RabbitMQ.Client;
using Xunit;

namespace EndToEnd;

/// <summary>The users, secrets, accounts and operator ports of the processes.</summary>
public class OperationTests(RunningPlatform platform) : EndToEndTests(platform)
{
    private static readonly string[] Servers = ["postgres", "rabbitmq", "epmd"];

    [Fact]
    public async Task Health_details_and_metrics_are_only_at_the_operator_port_of_a_process()
    {
        var processes = await ServicesAndGateways();
        foreach (var process in processes)
        {
            using var reader = await Platform.Directly(process.Name);
            Assert.Equal((process.Name, HttpStatusCode.NotFound), (process.Name, (await reader.Send("GET /metrics")).Status));
            Assert.Equal(
                (process.Name, """{"status":"ready"}"""),
                (process.Name, (await reader.Send("GET /health/ready")).Is(HttpStatusCode.OK).Body));
            using var operators = await Platform.Operator(process.Name);
            Assert.Contains("# TYPE", (await operators.Send("GET /metrics")).Is(HttpStatusCode.OK).Body, StringComparison.Ordinal);
            Assert.Equal(process.Name, (await Platform.Health(process.Name))["replica"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task The_status_endpoint_shows_operators_the_health_checks_of_every_replica()
    {
        using var operators = await Platform.SignedIn("operator");
        var services = JsonNode.Parse((await operators.Send("GET /status")).Is(HttpStatusCode.OK).Body)!["services"]!.AsArray();
        Assert.Equal(
            ["articles", "comments", "currency-rates", "feedback", "portal"],
            services.Select(s => s!["service"]!.GetValue<string>()));
        foreach (var replica in services.SelectMany(s => s!["replicas"]!.AsArray())) Assert.NotNull(replica!["says"]!["checks"]);
    }

    [Fact]
    public async Task No_process_runs_as_root()
    {
        foreach (var process in await Platform.Status())
        {
            var user = (await File.ReadAllLinesAsync($"/proc/{process.Pid}/status", Cancelled))
                .Single(l => l.StartsWith("Uid:", StringComparison.Ordinal))
                .Split('\t')[1];
            Assert.NotEqual((process.Name, "0"), (process.Name, user));
        }
    }

    [Fact]
    public async Task A_process_gets_only_its_own_secrets()
    {
        var secrets = await Platform.Secrets();
        foreach (var process in await Platform.Status())
        {
            string[] own = Servers.Contains(process.Name) || process.Name.StartsWith("portal", StringComparison.Ordinal)
                ? []
                : [$"{Regex.Replace(process.Name, @"-\d+$", "").Replace('-', '_').ToUpperInvariant()}_PASSWORD"];
            if (process.Name.StartsWith("comments", StringComparison.Ordinal)) own = [.. own, "PERSON_KEY"];
            var environment = await File.ReadAllTextAsync($"/proc/{process.Pid}/environ", Cancelled);
            var commandLine = await File.ReadAllTextAsync($"/proc/{process.Pid}/cmdline", Cancelled);
            foreach (var (name, value) in secrets)
            {
                var isGiven = environment.Contains(value, StringComparison.Ordinal);
                Assert.Equal((process.Name, name, own.Contains(name)), (process.Name, name, isGiven));
                Assert.DoesNotContain(value, commandLine, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_service_can_access_only_its_own_database_and_queues()
    {
        var password = (await Platform.Secrets())["FEEDBACK_PASSWORD"];
        await using (var own = new NpgsqlConnection(Platform.Account("feedback", password, "feedback").Database))
        {
            await own.OpenAsync(Cancelled);
            await using var rights = new NpgsqlCommand(
                "select rolsuper or rolcreatedb or rolcreaterole from pg_roles where rolname = current_user", own);
            Assert.False((bool?)await rights.ExecuteScalarAsync(Cancelled));
        }
        await using var foreign = new NpgsqlConnection(Platform.Account("feedback", password, "articles").Database);
        Assert.Equal(
            PostgresErrorCodes.InsufficientPrivilege,
            (await Assert.ThrowsAsync<PostgresException>(() => foreign.OpenAsync(Cancelled))).SqlState);

        await using var broker = await new ConnectionFactory { Uri = Platform.Account("feedback", password, "").Broker }
            .CreateConnectionAsync(Cancelled);
        await AssertRefused(broker, channel => channel.BasicGetAsync("comments-when-article-published", autoAck: false, Cancelled));
        await AssertRefused(broker, channel =>
            channel.BasicPublishAsync("Platform.Contracts.Articles:ArticlePublished", "", "{}"u8.ToArray(), Cancelled).AsTask());
        await AssertRefused(broker, channel => channel.QueueDeclareAsync("articles-other", cancellationToken: Cancelled));
    }

    private static async Task AssertRefused(IConnection broker, Func<IChannel, Task> act)
    {
        await using var channel = await broker.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true),
            Cancelled);
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => act(channel));
        Assert.Contains("ACCESS_REFUSED", $"{refused} {channel.CloseReason}", StringComparison.Ordinal);
    }

    private async Task<ProcessState[]> ServicesAndGateways()
    {
        var processes = (await Platform.Status()).Where(p => !Servers.Contains(p.Name)).ToArray();
        Assert.InRange(processes.Length, 6, 20);
        return processes;
    }
}
