using System.Collections.Concurrent;
using MassTransit;
using MassTransit.Logging;
using Platform.Contracts;
using Platform.EventSourcing;

namespace Kit;

/// <summary>The bus as another service sees it: publishes, and keeps what it hears of the public events it listens to.</summary>
public sealed class Bus : IAsyncDisposable
{
    private readonly IBusControl _bus;
    private readonly ConcurrentQueue<(object Message, Guid? MessageId, string? Trace, long Epoch)> _heard = new();
    private readonly ConcurrentQueue<object> _batches = new();

    private Bus(Uri broker) => _bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(rabbit =>
    {
        rabbit.Host(broker);
        rabbit.ReceiveEndpoint("test-ear", endpoint =>
        {
            endpoint.PrefetchCount = 1; // heard in the order of arrival
            foreach (var type in typeof(Platform.Contracts.Articles.ArticlePublished).Assembly.GetExportedTypes()
                .Where(t => t.GetProperty("EventId") is not null || t.Name.EndsWith("Retold", StringComparison.Ordinal)))
                endpoint.Consumer(typeof(Ear<>).MakeGenericType(type), consumer => Activator.CreateInstance(consumer, _heard)!);
            foreach (var type in EventBatch.Types)
                endpoint.Consumer(
                    typeof(BatchEar<>).MakeGenericType(type), consumer => Activator.CreateInstance(consumer, _heard, _batches)!);
        });
    });

    public static async Task<Bus> Start(Uri broker)
    {
        var bus = new Bus(broker);
        await bus._bus.StartAsync();
        return bus;
    }

    /// <summary>What was heard so far of one public event, in the order of arrival.</summary>
    public IReadOnlyList<T> Heard<T>() => [.. _heard.Select(h => h.Message).OfType<T>()];

    /// <summary>The batches among the messages heard so far; their events are heard one by one as well.</summary>
    public IReadOnlyList<EventBatch<T>> Batches<T>() where T : class => [.. _batches.OfType<EventBatch<T>>()];

    /// <summary>How many messages were heard so far, of whatever kind.</summary>
    public int HeardOfAll => _heard.Count;

    /// <summary>With the message ids they came under.</summary>
    public IReadOnlyList<(T Message, Guid? MessageId)> HeardWithIds<T>() =>
    [
        .. _heard.Where(h => h.Message is T).Select(h => ((T)h.Message, h.MessageId)),
    ];

    /// <summary>With the epochs of the publisher's store in which they came.</summary>
    public IReadOnlyList<(T Message, long Epoch)> HeardWithEpochs<T>() =>
    [
        .. _heard.Where(h => h.Message is T).Select(h => ((T)h.Message, h.Epoch)),
    ];

    /// <summary>The trace of the first one heard that fits, as W3C writes it.</summary>
    public string? TraceOf<T>(Func<T, bool> fits) => _heard.First(h => h.Message is T message && fits(message)).Trace;

    /// <summary>
    /// Publishes as another service would; repeats are allowed; a replay marks what it sends, and so does a restored store.
    /// </summary>
    public Task Publish(object message, Guid? messageId = null, bool replay = false, long epoch = 0) =>
        _bus.Publish(message, message.GetType(), x =>
        {
            x.MessageId = messageId ?? x.MessageId;
            x.SetEpoch(epoch);
            if (replay) x.Headers.Set(Platform.EventSourcing.Replays.Replayed.Header, true);
        });

    /// <summary>The first one heard that fits.</summary>
    public Task<T> Hears<T>(Func<T, bool> fits, string because) where T : class =>
        Eventually.Get(() => Task.FromResult(Heard<T>().FirstOrDefault(fits)), because);

    public async ValueTask DisposeAsync() => await _bus.StopAsync();

    private sealed class Ear<T>(ConcurrentQueue<(object, Guid?, string?, long)> heard) : IConsumer<T> where T : class
    {
        public Task Consume(ConsumeContext<T> context)
        {
            heard.Enqueue((context.Message, context.MessageId, context.Headers.Get<string>(DiagnosticHeaders.ActivityId), context.Epoch()));
            return Task.CompletedTask;
        }
    }

    private sealed class BatchEar<T>(ConcurrentQueue<(object, Guid?, string?, long)> heard, ConcurrentQueue<object> batches)
        : IConsumer<EventBatch<T>> where T : class
    {
        public Task Consume(ConsumeContext<EventBatch<T>> context)
        {
            var trace = context.Headers.Get<string>(DiagnosticHeaders.ActivityId);
            foreach (var message in context.Message.Events)
                heard.Enqueue((message, (Guid?)typeof(T).GetProperty("EventId")!.GetValue(message), trace, context.Epoch()));
            batches.Enqueue(context.Message);
            return Task.CompletedTask;
        }
    }
}
