using MassTransit;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.Configuration;
using RabbitMQ.Client;

namespace Platform.Messaging;

/// <summary>Quorum queues, which survive the loss of a broker node.</summary>
public static class QuorumQueue
{
    /// <summary>
    /// Makes the queue of the endpoint a quorum queue, and also those of its failed and skipped messages. An existing queue is used as it
    /// is, because RabbitMQ refuses to declare it again with other arguments, such as a changed <c>Broker:QuorumSize</c>.
    /// <paramref name="missing"/> is called with the name of a missing queue before the queue is declared; if that fails, both are retried.
    /// </summary>
    public static void UseQuorumQueue(
        this IRabbitMqReceiveEndpointConfigurator endpoint,
        IConfiguration configuration,
        Func<string, CancellationToken, Task>? missing = null)
    {
        endpoint.SetQuorumQueue();
        var size = configuration.QuorumSize();
        endpoint.ConfigureChannel(channel => channel.UseFilter(
            new WrappedChannel("use-existing-queues", context => new DeclaringChannel(context, size, missing))));
    }

    /// <summary>The number of broker nodes that hold a new queue; null leaves it to the broker.</summary>
    internal static int? QuorumSize(this IConfiguration configuration) => configuration["Broker:QuorumSize"] switch
    {
        null or "" => null,
        var value when int.TryParse(value, out var size) && size > 0 => size,
        var value => throw new InvalidOperationException(
            $"The setting Broker:QuorumSize is \"{value}\". Set it to a number of nodes, such as 3."),
    };

    private sealed class DeclaringChannel(ChannelContext channel, int? size, Func<string, CancellationToken, Task>? missing)
        : ScopeChannelContext(channel, channel.CancellationToken), ChannelContext
    {
        async Task<QueueDeclareOk> ChannelContext.QueueDeclare(
            string queue,
            bool durable,
            bool exclusive,
            bool autoDelete,
            IDictionary<string, object> arguments,
            CancellationToken cancellationToken)
        {
            if (await Find(queue, cancellationToken) is { } existing) return existing;
            if (missing is not null) await missing(queue, cancellationToken);
            if (size is { } nodes)
                arguments = new Dictionary<string, object>(arguments) { [RabbitMQ.Client.Headers.XQuorumInitialGroupSize] = nodes };
            return await QueueDeclare(queue, durable, exclusive, autoDelete, arguments, cancellationToken);
        }

        private async Task<QueueDeclareOk?> Find(string queue, CancellationToken ct)
        {
            await using var probe = await ConnectionContext.CreateChannel(null, ct);
            return await RabbitMqAdmin.Find(probe, queue, ct);
        }
    }
}
