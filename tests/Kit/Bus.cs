using System.Collections.Concurrent;
using MassTransit;
using MassTransit.Logging;
using Platform.Contracts;
using Platform.Messaging;
using Platform.Web;

namespace Kit;

/// <summary>
/// A client of the bus that acts as another service: it publishes messages, and records all public events that it receives.
/// </summary>
public sealed class Bus : IAsyncDisposable
{
    private readonly IBusControl _bus;
    private readonly ConcurrentQueue<(object Message, Guid? MessageId, string? Trace, long Epoch)> _received = new();
    private readonly ConcurrentQueue<object> _batches = new();

    private Bus(Uri broker) => _bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(rabbit =>
    {
        rabbit.Host(broker);
        rabbit.ReceiveEndpoint("test-ear", endpoint =>
        {
            endpoint.PrefetchCount = 1; // keeps the order of arrival
            foreach (var type in typeof(Platform.Contracts.Articles.ArticlePublished).Assembly.GetExportedTypes()
                .Where(t => t.GetProperty("EventId") is not null || t.Name.EndsWith("Retold", StringComparison.Ordinal)))
                endpoint.Consumer(typeof(Recorder<>).MakeGenericType(type), consumer => Activator.CreateInstance(consumer, _received)!);
            foreach (var type in EventBatch.Types)
                endpoint.Consumer(
                    typeof(BatchRecorder<>).MakeGenericType(type), consumer => Activator.CreateInstance(consumer, _received, _batches)!);
        });
    });

    public static async Task<Bus> Start(Uri broker)
    {
        var bus = new Bus(broker);
        await bus._bus.StartAsync();
        return bus;
    }

    /// <summary>The messages of one type that were received so far, in the order of arrival.</summary>
    public IReadOnlyList<T> Received<T>() => [.. _received.Select(h => h.Message).OfType<T>()];

    /// <summary>The batches that were received so far. Each event of a batch is recorded as a message of its own as well.</summary>
    public IReadOnlyList<EventBatch<T>> Batches<T>() where T : class => [.. _batches.OfType<EventBatch<T>>()];

    /// <summary>The number of messages of all types that were received so far.</summary>
    public int HeardOfAll => _received.Count;

    /// <summary>The messages of one type that were received so far, each with its message id.</summary>
    public IReadOnlyList<(T Message, Guid? MessageId)> HeardWithIds<T>() =>
    [
        .. _received.Where(h => h.Message is T).Select(h => ((T)h.Message, h.MessageId)),
    ];

    /// <summary>The messages of one type that were received so far, each with the epoch of the publisher's store.</summary>
    public IReadOnlyList<(T Message, long Epoch)> HeardWithEpochs<T>() =>
    [
        .. _received.Where(h => h.Message is T).Select(h => ((T)h.Message, h.Epoch)),
    ];

    /// <summary>The trace context (W3C traceparent) of the first received message that matches.</summary>
    public string? TraceOf<T>(Func<T, bool> fits) => _received.First(h => h.Message is T message && fits(message)).Trace;

    /// <summary>
    /// Publishes a message as another service would. A test may publish a message again under the same <paramref name="messageId"/>, mark
    /// it as part of a <paramref name="replay"/>, or set the <paramref name="epoch"/> that a restored store sends.
    /// </summary>
    public Task Publish(object message, Guid? messageId = null, bool replay = false, long epoch = 0) =>
        _bus.Publish(message, message.GetType(), x =>
        {
            x.MessageId = messageId ?? x.MessageId;
            x.SetEpoch(epoch);
            if (replay) x.Headers.Set(Platform.Messaging.Replayed.Header, true);
        });

    /// <summary>Waits for a message that matches, and returns the first one.</summary>
    public Task<T> WaitFor<T>(Func<T, bool> fits, string because) where T : class =>
        Eventually.Get(() => Task.FromResult(Received<T>().FirstOrDefault(fits)), because);

    public async ValueTask DisposeAsync() => await _bus.StopAsync();

    private sealed class Recorder<T>(ConcurrentQueue<(object, Guid?, string?, long)> received) : IConsumer<T> where T : class
    {
        public Task Consume(ConsumeContext<T> context)
        {
            var trace = context.Headers.Get<string>(DiagnosticHeaders.ActivityId);
            received.Enqueue((context.Message, context.MessageId, trace, context.Epoch()));
            return Task.CompletedTask;
        }
    }

    private sealed class BatchRecorder<T>(ConcurrentQueue<(object, Guid?, string?, long)> received, ConcurrentQueue<object> batches)
        : IConsumer<EventBatch<T>> where T : class
    {
        public Task Consume(ConsumeContext<EventBatch<T>> context)
        {
            var trace = context.Headers.Get<string>(DiagnosticHeaders.ActivityId);
            foreach (var message in context.Message.Events)
                received.Enqueue((message, (Guid?)typeof(T).GetProperty("EventId")!.GetValue(message), trace, context.Epoch()));
            batches.Enqueue(context.Message);
            return Task.CompletedTask;
        }
    }
}
