using System.Reflection;
using MassTransit;
using MassTransit.Middleware;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Platform.EventSourcing;
using Platform.Messaging;
using Platform.Postgres;
using Platform.Replays;

namespace Platform.Hosting;

/// <summary>Connects a service to the bus.</summary>
internal static class Bus
{
    public static void AddBus(this WebApplicationBuilder builder, string name, Assembly assembly)
    {
        var queues = new ConsumedQueues();
        builder.Services.AddSingleton(queues).AddSingleton<Refills>();
        builder.Services.AddMassTransit(bus =>
        {
            bus.UsePlatformDefaults();
            bus.SetEndpointNameFormatter(new KebabCaseEndpointNameFormatter(name, false));
            bus.AddConsumers(assembly);
            bus.AddConsumer<WhenRefillRequested>();
            bus.AddConfigureEndpointsCallback((context, queue, endpoint) =>
            {
                queues.Add(queue);
                endpoint.ConnectConsumerConfigurationObserver(new QueueContents(queue, queues));
                // No consumer subscribes to faults, and a fault that cannot be serialised as JSON would replace the original error in the
                // error queue.
                endpoint.PublishFaults = false;
                endpoint.PrefetchCount = 64;
                endpoint.ConcurrentMessageLimit = 32; // concurrent commands are committed together (GroupCommit)
                endpoint.RetryOrWait();
                if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
                {
                    rabbit.LimitDeclarations(context.GetRequiredService<TimeProvider>());
                    rabbit.UseQuorumQueue(
                        builder.Configuration, (missing, ct) => context.GetRequiredService<Refills>().Request(missing, ct));
                }
                // A replay to one queue sends all events; a message type that its consumer does not handle is not a failure.
                endpoint.ConfigureDeadLetter(pipe =>
                {
                    pipe.UseFilter(new DropReplayed());
                    pipe.UseFilter(new DeadLetterTransportFilter());
                });
            });
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.ConnectToBroker(builder.Configuration, name);
                rabbit.UseConsumeFilter(typeof(ConsumerIsActor<>), context);
                rabbit.ConfigureEndpoints(context);
            });
        });
    }
}

/// <summary>Records the name of the queue as the author of the events that a consumer stores.</summary>
internal sealed class ConsumerIsActor<T>(Actor actor, Database database) : IFilter<ConsumeContext<T>> where T : class
{
    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        actor.Name = context.ReceiveContext.InputAddress.Segments[^1];
        try
        {
            await next.Send(context);
        }
        catch (Exception e) when (Connections.IsReadOnly(e))
        {
            database.Clear();
            throw;
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("consumer-is-actor");
}
