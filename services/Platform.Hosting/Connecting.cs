using System.Data.Common;
using System.Text.RegularExpressions;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Platform.EventSourcing.Replays;

namespace Platform.Hosting;

/// <summary>Connects a process to its database and to the broker.</summary>
public static partial class Connecting
{
    /// <summary>
    /// Adds the <see cref="Database"/> of this process and registers a data source for it, whose settings <paramref name="configure"/> may
    /// change.
    /// </summary>
    public static void AddDatabase(this WebApplicationBuilder builder, string name, Action<NpgsqlConnectionStringBuilder>? configure = null)
    {
        var settings = Pool(builder.Configuration.Required("ConnectionStrings:Postgres"), builder.Configuration.Replica(name));
        builder.Services.AddSingleton(provider => ActivatorUtilities.CreateInstance<Database>(provider, settings));
        builder.Services.AddHostedService(provider => provider.GetRequiredService<Database>());
        builder.Services.AddSingleton(provider => provider.GetRequiredService<Database>().Open(configure));
    }

    /// <summary>
    /// Settings of the connection pool: at most 20 connections, unless the connection string sets another limit. Articles opens 20 more for
    /// searches, a gateway 10. PostgreSQL's limit of 300 is enough for two replicas of everything; with more replicas, set
    /// <c>Maximum Pool Size</c> or raise the limit.
    /// </summary>
    internal static NpgsqlConnectionStringBuilder Pool(string connection, string replica)
    {
        var configured = new DbConnectionStringBuilder { ConnectionString = connection };
        var hasOwnLimit = configured.ContainsKey("Maximum Pool Size") || configured.ContainsKey("MaxPoolSize");
        var settings = new NpgsqlConnectionStringBuilder(connection)
        {
            ApplicationName = replica,
            Timezone = "UTC", // Marten's functions write the time of an event as local time (docs/decisions/0109).
            TargetSessionAttributes = null, // Database.Open always selects the primary.
            MaxAutoPrepare = 50, // docs/decisions/0018
            NoResetOnClose = true, // No code changes session settings, so resetting them would be wasted work.
        };
        if (!hasOwnLimit) settings.MaxPoolSize = 20;
        // With keep-alive, a connection that only listens notices within ten seconds that its host is gone. Unix sockets do not support
        // these options.
        if (settings.TcpKeepAliveTime == 0 && settings.Host?.StartsWith('/') == false)
            (settings.TcpKeepAliveTime, settings.TcpKeepAliveInterval) = (5, 1);
        return settings;
    }

    /// <summary>Whether the connection string names several servers, of which one is the primary.</summary>
    internal static bool HasSeveralHosts(this NpgsqlConnectionStringBuilder settings) => settings.Host?.Contains(',') == true;

    /// <summary>
    /// Adds direct access to the broker's queues, bypassing MassTransit. The <see cref="ConsumedQueues"/> of the process are registered
    /// separately.
    /// </summary>
    public static void AddBroker(this WebApplicationBuilder builder, string name) =>
        builder.Services.AddSingleton<IBroker>(provider => new Broker(
            builder.Configuration.BrokerNodes(),
            builder.Configuration.Replica(name),
            provider.GetRequiredService<ConsumedQueues>(),
            builder.Configuration.QuorumSize()));

    /// <summary>Connects the bus to the configured broker and names the connection after this replica.</summary>
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
            // After a failed attempt, MassTransit tries the next node. Processes start at different nodes, so that the load is spread.
            var first = Random.Shared.Next(nodes.Count);
            host.UseCluster(cluster =>
            {
                foreach (var node in nodes.Skip(first).Concat(nodes.Take(first))) cluster.Node($"{node.Host}:{node.Port}");
            });
        });
        rabbit.ReconnectSoon();
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
