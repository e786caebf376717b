using System.Threading.Channels;
using MassTransit;
using Platform.Contracts;

namespace Gateway.Cache;

/// <summary>
/// Publishes to the other gateways which keys were changed by writes through this one: not every write has a public event, and an event
/// arrives later. While the broker is unavailable, the keys are buffered. A gateway that was disconnected itself treats its cache as stale.
/// </summary>
public sealed class OtherGateways(IBus bus, TimeProvider clock, ILogger<OtherGateways> log) : BackgroundService
{
    private const int MaxKeys = 10_000;
    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(10), RetryDelay = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Channel<bool> _added = Channel.CreateBounded<bool>(1);
    private HashSet<SurrogateKey> _keys = [];

    /// <summary>The id of this gateway.</summary>
    public Guid Id { get; } = Guid.CreateVersion7(clock.GetUtcNow());

    /// <summary>Queues keys to be published as soon as possible, without waiting.</summary>
    public void Publish(IEnumerable<SurrogateKey> keys)
    {
        lock (_lock)
        {
            _keys.UnionWith(keys);
            if (_keys.Count > MaxKeys) _keys = [SurrogateKey.Everything];
        }
        _added.Writer.TryWrite(true);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var _ in _added.Reader.ReadAllAsync(stoppingToken))
        {
            HashSet<SurrogateKey> keys;
            lock (_lock) (keys, _keys) = (_keys, []);
            if (keys.Count == 0) continue;
            try
            {
                using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                timeout.CancelAfter(PublishTimeout);
                await bus.Publish(new KeysChanged([.. keys.Select(k => k.Value)], Id), timeout.Token);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                OtherGatewaysLog.NotPublished(log, e);
                Publish(keys);
                await Task.Delay(RetryDelay, clock, stoppingToken);
            }
        }
    }
}

/// <summary>Invalidates the keys that were changed through another gateway.</summary>
public sealed class OtherGatewaysListener(Generations generations, OtherGateways others) : IConsumer<KeysChanged>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<KeysChanged> context)
    {
        if (context.Message.By != others.Id) generations.Invalidate(context.Message.Keys.Select(k => new SurrogateKey(k)));
        return Task.CompletedTask;
    }
}

internal static partial class OtherGatewaysLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not publish changed keys to the other gateways; retrying.")]
    public static partial void NotPublished(ILogger log, Exception e);
}
