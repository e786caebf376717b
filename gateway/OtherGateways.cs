using System.Threading.Channels;
using MassTransit;
using Platform.Hosting;

namespace Gateway;

/// <summary>Surrogate keys that a write through one gateway changed, for all the others.</summary>
public sealed record KeysChanged(IReadOnlyList<string> Keys, Guid By);

/// <summary>
/// Publishes to the other gateways what writes through this one changed: not every write has a public event, and an event comes later.
/// While the broker is away the keys wait; a gateway that was away itself takes nothing it kept for current.
/// </summary>
public sealed class OtherGateways(IBus bus, TimeProvider clock, ILogger<OtherGateways> log) : BackgroundService
{
    private const int MostKeys = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10), Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _adding = new();
    private readonly Channel<bool> _added = Channel.CreateBounded<bool>(1);
    private HashSet<string> _keys = [];

    /// <summary>This gateway among the others.</summary>
    public Guid Id { get; } = Guid.CreateVersion7(clock.GetUtcNow());

    /// <summary>The other gateways are told as soon as possible; nobody waits for that.</summary>
    public void Tell(IEnumerable<string> keys)
    {
        lock (_adding)
        {
            _keys.UnionWith(keys);
            if (_keys.Count > MostKeys) _keys = [SurrogateKeys.Everything];
        }
        _added.Writer.TryWrite(true);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var _ in _added.Reader.ReadAllAsync(stoppingToken))
        {
            HashSet<string> keys;
            lock (_adding) (keys, _keys) = (_keys, []);
            if (keys.Count == 0) continue;
            try
            {
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                patience.CancelAfter(Patience);
                await bus.Publish(new KeysChanged([.. keys], Id), patience.Token);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                OtherGatewaysLog.NotPublished(log, e);
                Tell(keys);
                await Task.Delay(Pause, clock, stoppingToken);
            }
        }
    }
}

/// <summary>Raises on this gateway what changed through another.</summary>
public sealed class OtherGatewaysListener(Generations generations, OtherGateways others) : IConsumer<KeysChanged>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<KeysChanged> context)
    {
        if (context.Message.By != others.Id) generations.Raise(context.Message.Keys);
        return Task.CompletedTask;
    }
}

internal static partial class OtherGatewaysLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not tell the other gateways what changed; retrying.")]
    public static partial void NotPublished(ILogger log, Exception e);
}
