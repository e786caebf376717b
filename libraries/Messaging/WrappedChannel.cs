using MassTransit;
using MassTransit.RabbitMqTransport;

namespace Platform.Messaging;

/// <summary>
/// Gives MassTransit another channel than the one that was opened, before it declares anything, at the start and after each reconnection.
/// </summary>
internal sealed class WrappedChannel(string name, Func<ChannelContext, ScopeChannelContext> wrap) : IFilter<ChannelContext>
{
    public async Task Send(ChannelContext context, IPipe<ChannelContext> next)
    {
        using var channel = wrap(context);
        await next.Send(channel);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope(name);
}
