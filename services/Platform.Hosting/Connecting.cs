using System.Data.Common;
using System.Text.RegularExpressions;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Platform.EventSourcing.Replays;

namespace Platform.Hosting;

/// <summary>How a process connects to its database and to the broker.</summary>
public static partial class Connecting
{
    /// <summary>
    /// Adds the <see cref="Database"/> of this process, and a data source of it that <paramref name="configure"/> may change.
    /// </summary>
    public static void AddDatabase(this WebApplicationBuilder builder, string name, Action<NpgsqlConnectionStringBuilder>? configure = null)
    {
        var settings = Pool(builder.Configuration.Required("ConnectionStrings:Postgres"), builder.Configuration.Replica(name));
        builder.Services.AddSingleton(provider => ActivatorUtilities.CreateInstance<Database>(provider, settings));
        builder.Services.AddHostedService(provider => provider.GetRequiredService<Database>());
        builder.Services.AddSingleton(provider => provider.GetRequiredService<Database>().Open(configure));
    }

    /// <summary>
    /// The connections of this process: at most 20, or as many as the connection string says. Articles opens 20 more for searches, a
    /// gateway 10. PostgreSQL's limit of 300 is enough for two replicas of everything; with more of them, set <c>Maximum Pool Size</c> or
    /// raise the limit.
    /// </summary>
    internal static NpgsqlConnectionStringBuilder Pool(string connection, string replica)
    {
        var said = new DbConnectionStringBuilder { ConnectionString = connection };
        var sized = said.ContainsKey("Maximum Pool Size") || said.ContainsKey("MaxPoolSize");
        var settings = new NpgsqlConnectionStringBuilder(connection)
        {
            ApplicationName = replica,
            Timezone = "UTC", // Marten's functions write the time of an event as local time (docs/decisions/0109).
            TargetSessionAttributes = null, // the primary, always
            MaxAutoPrepare = 50, // docs/decisions/0018
            NoResetOnClose = true, // Nothing here changes a session's settings: three statements saved each time one is opened.
        };
        if (!sized) settings.MaxPoolSize = 20;
        // A connection that only listens notices within ten seconds that its host is gone. A socket of this machine has no such options.
        if (settings.TcpKeepAliveTime == 0 && settings.Host?.StartsWith('/') == false)
            (settings.TcpKeepAliveTime, settings.TcpKeepAliveInterval) = (5, 1);
        return settings;
    }

    /// <summary>Whether the connection string names several servers, of which one is the primary.</summary>
    internal static bool HasSeveralHosts(this NpgsqlConnectionStringBuilder settings) => settings.Host?.Contains(',') == true;

    /// <summary>Adds access to queues past the bus. The process's <see cref="ConsumedQueues"/> are added separately.</summary>
    public static void AddBroker(this WebApplicationBuilder builder, string name) =>
        builder.Services.AddSingleton<IBroker>(provider => new Broker(
            builder.Configuration.BrokerNodes(),
            builder.Configuration.Replica(name),
            provider.GetRequiredService<ConsumedQueues>(),
            builder.Configuration.QuorumSize()));

    /// <summary>The broker of the configuration, under this process's name.</summary>
    public static void ConnectTo(this IRabbitMqBusFactoryConfigurator rabbit, IConfiguration configuration, string name)
    {
        var nodes = configuration.BrokerNodes();
        rabbit.Host(nodes[0], host =>
        {
            host.ConnectionName(configuration.Replica(name));
            host.Heartbeat(Broker.Heartbeat);
            host.RequestedConnectionTimeout(Broker.Patience);
            host.OnRefreshConnectionFactory = factory =>
            {
                factory.HandshakeContinuationTimeout = Broker.Patience;
                return Task.CompletedTask;
            };
            if (nodes.Count == 1) return;
            // The next attempt to connect is made at the next node. Processes begin at different ones.
            var first = Random.Shared.Next(nodes.Count);
            host.UseCluster(cluster =>
            {
                foreach (var node in nodes.Skip(first).Concat(nodes.Take(first))) cluster.Node($"{node.Host}:{node.Port}");
            });
        });
        rabbit.ReconnectSoon();
    }

    /// <summary>The broker's nodes: <c>amqp://user:password@host:port,host:port/virtualhost</c> names one or several.</summary>
    internal static IReadOnlyList<Uri> BrokerNodes(this IConfiguration configuration)
    {
        var parts = BrokerAddress().Match(configuration.Required("ConnectionStrings:RabbitMq")).Groups;
        return [.. parts["nodes"].Value.Split(',').Select(node =>
            Uri.TryCreate($"{parts["before"]}{node}{parts["after"]}", UriKind.Absolute, out var uri) && uri.Host.Length > 0
                ? uri.Port > 0 ? uri : new UriBuilder(uri) { Port = uri.Scheme == "amqps" ? 5671 : 5672 }.Uri
                : throw new InvalidOperationException(
                    $"The setting ConnectionStrings:RabbitMq names no broker with \"{node}\". "
                    + "Write amqp://user:password@host:port/, or with several hosts amqp://user:password@host1:port,host2:port/."))];
    }

    [GeneratedRegex("^(?<before>amqps?://(?:[^/]*@)?)(?<nodes>[^/?]*)(?<after>.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex BrokerAddress();
}
