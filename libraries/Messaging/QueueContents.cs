using MassTransit;

namespace Platform.Messaging;

/// <summary>Records which message types are consumed from a queue.</summary>
public sealed class QueueContents(string queue, ConsumedQueues queues) : IConsumerConfigurationObserver
{
    /// <inheritdoc />
    public void ConsumerConfigured<TConsumer>(IConsumerConfigurator<TConsumer> configurator) where TConsumer : class { }

    /// <inheritdoc />
    public void ConsumerMessageConfigured<TConsumer, TMessage>(IConsumerMessageConfigurator<TConsumer, TMessage> configurator)
        where TConsumer : class where TMessage : class => queues.Add(queue, typeof(TMessage));
}

/// <summary>Drops replayed messages that no consumer of this queue handles, instead of moving them to the skipped queue.</summary>
public sealed class DropReplayed : IFilter<ReceiveContext>
{
    /// <inheritdoc />
    public Task Send(ReceiveContext context, IPipe<ReceiveContext> next) =>
        context.TransportHeaders.Get<bool>(Replayed.Header) == true ? Task.CompletedTask : next.Send(context);

    /// <inheritdoc />
    public void Probe(ProbeContext context) => context.CreateFilterScope("drop-replayed");
}
