using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace Platform.Messaging;

/// <summary>
/// Aborts declarations that the broker does not answer, so that the endpoint reconnects. If the broker stops while an endpoint declares its
/// exchanges and queues, RabbitMQ.Client 7.2 may never complete the call, and MassTransit, which waits for it without a timeout, never
/// consumes again. This was seen once in a gateway after a restart of the broker.
/// </summary>
public static class DeclarationLimit
{
    /// <summary>How long the broker may take to answer one declaration.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>Limits the declarations of an endpoint. Every endpoint must call this.</summary>
    public static void LimitDeclarations(this IRabbitMqReceiveEndpointConfigurator endpoint, TimeProvider clock) =>
        endpoint.ConfigureChannel(channel => channel.UseFilter(
            new WrappedChannel("limit-declarations", context => new LimitedChannel(context, clock))));

    /// <summary>A channel whose declarations fail if they are not answered in time; the channel is then closed.</summary>
    internal sealed class LimitedChannel(ChannelContext channel, TimeProvider clock)
        : ScopeChannelContext(channel, channel.CancellationToken), ChannelContext
    {
        private readonly ChannelContext _channel = channel;

        async Task ChannelContext.ExchangeDeclare(
            string exchange,
            string type,
            bool durable,
            bool autoDelete,
            IDictionary<string, object> arguments,
            CancellationToken cancellationToken) =>
            await WaitForAnswer(ExchangeDeclare(exchange, type, durable, autoDelete, arguments, cancellationToken));

        async Task ChannelContext.ExchangeBind(
            string destination,
            string source,
            string routingKey,
            IDictionary<string, object> arguments,
            CancellationToken cancellationToken) =>
            await WaitForAnswer(ExchangeBind(destination, source, routingKey, arguments, cancellationToken));

        async Task<QueueDeclareOk> ChannelContext.QueueDeclare(
            string queue,
            bool durable,
            bool exclusive,
            bool autoDelete,
            IDictionary<string, object> arguments,
            CancellationToken cancellationToken)
        {
            var declaring = QueueDeclare(queue, durable, exclusive, autoDelete, arguments, cancellationToken);
            await WaitForAnswer(declaring);
            return await declaring;
        }

        async Task ChannelContext.QueueBind(
            string queue,
            string exchange,
            string routingKey,
            IDictionary<string, object> arguments,
            CancellationToken cancellationToken) =>
            await WaitForAnswer(QueueBind(queue, exchange, routingKey, arguments, cancellationToken));

        private async Task WaitForAnswer(Task declaring)
        {
            try
            {
                await declaring.WaitAsync(Longest, clock);
            }
            catch (TimeoutException e)
            {
                _channel.NotifyFaulted(e, _channel.ConnectionContext.HostAddress);
                throw new RabbitMqConnectionException($"The broker did not answer a declaration within {Longest.TotalSeconds} s.", e);
            }
        }
    }
}
