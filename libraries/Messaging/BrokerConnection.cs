using System.Text.RegularExpressions;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Platform.Web;

namespace Platform.Messaging;

/// <summary>Connects a process to the broker.</summary>
public static partial class BrokerConnection
{
    /// <summary>
    /// Adds direct access to the broker's queues, bypassing MassTransit. The <see cref="ConsumedQueues"/> of the process are registered
    /// separately.
    /// </summary>
    public static void AddBroker(this WebApplicationBuilder builder, string name) => builder.Services
        .AddSingleton<IProblemSource, BrokerProblems>()
        .AddSingleton<IRabbitMqAdmin>(provider => new RabbitMqAdmin(
            builder.Configuration.BrokerNodes(),
            builder.Configuration.Replica(name),
            provider.GetRequiredService<ConsumedQueues>(),
            builder.Configuration.QuorumSize()));

    /// <summary>Connects the bus to the configured broker and names the connection after this replica.</summary>
    public static void ConnectToBroker(this IRabbitMqBusFactoryConfigurator rabbit, IConfiguration configuration, string name)
    {
        var nodes = configuration.BrokerNodes();
        rabbit.Host(nodes[0], host =>
        {
            host.ConnectionName(configuration.Replica(name));
            host.Heartbeat(RabbitMqAdmin.Heartbeat);
            host.RequestedConnectionTimeout(RabbitMqAdmin.ConnectTimeout);
            host.OnRefreshConnectionFactory = factory =>
            {
                factory.HandshakeContinuationTimeout = RabbitMqAdmin.ConnectTimeout;
                return Task.CompletedTask;
            };
            if (nodes.Count == 1) return;
            // After a failed attempt, MassTransit tries the next node. Processes start at different nodes, so that the load is spread.
            var first = Random.Shared.Next(nodes.Count);
            host.UseCluster(cluster =>
            {
                foreach (var node in nodes.Skip(first).Concat(nodes.Take(first))) cluster.Node($"{node.Host}:{node.Port}");
            });
        });
        rabbit.ReconnectSoon();
    }

    /// <summary>Bus settings of every process, with or without a store.</summary>
    public static void UsePlatformDefaults(this IBusRegistrationConfigurator bus)
    {
        bus.DisableUsageTelemetry(); // It would send data to the MassTransit project.
        // While the broker is unavailable, the process must stay in rotation: events wait in the stores.
        bus.ConfigureHealthCheckOptions(o => { o.Name = "bus"; o.MinimalFailureStatus = HealthStatus.Degraded; });
    }

    /// <summary>The nodes of the broker: <c>amqp://user:password@host:port,host:port/virtualhost</c> names one or several.</summary>
    internal static IReadOnlyList<Uri> BrokerNodes(this IConfiguration configuration)
    {
        var parts = BrokerAddress().Match(configuration.Required("ConnectionStrings:RabbitMq")).Groups;
        return [.. parts["nodes"].Value.Split(',').Select(node =>
            Uri.TryCreate($"{parts["before"]}{node}{parts["after"]}", UriKind.Absolute, out var uri) && uri.Host.Length > 0
                ? uri.Port > 0 ? uri : new UriBuilder(uri) { Port = uri.Scheme == "amqps" ? 5671 : 5672 }.Uri
                : throw new InvalidOperationException(
                    $"The setting ConnectionStrings:RabbitMq contains \"{node}\", which is not a valid broker address. "
                    + "Set amqp://user:password@host:port/, or for several nodes amqp://user:password@host1:port,host2:port/."))];
    }

    [GeneratedRegex("^(?<before>amqps?://(?:[^/]*@)?)(?<nodes>[^/?]*)(?<after>.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex BrokerAddress();
}
