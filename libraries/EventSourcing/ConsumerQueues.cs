using Platform.Messaging;

namespace Platform.EventSourcing;

/// <summary>Returns the names of the queues that receive the public events of this service, as far as they are known.</summary>
public delegate Task<IReadOnlyList<string>> KnownQueues(CancellationToken ct);

/// <summary>
/// Holds publishing back after the broker has lost its data. The broker confirms a message although the queue of its consumer does not
/// exist yet, and drops it. Such a queue is refilled from history, but that takes longer than to wait for it.
/// </summary>
internal sealed class ConsumerQueues(IRabbitMqAdmin broker, RelayTrail trail, KnownQueues known)
{
    /// <summary>A consumer that is not back by then is stopped. Its queue is refilled when it starts.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(10);

    /// <summary>Throws if the broker has lost its data and a queue has no consumer yet.</summary>
    public async Task ThrowIfMissing(CancellationToken ct)
    {
        if (!(await trail.TimeSinceLoss(ct) < MaxWait)) return;
        foreach (var queue in await known(ct))
            if (!await broker.HasConsumer(queue, ct))
                throw new InvalidOperationException(
                    $"The broker lost its data. Events are published when the queue {queue} has a consumer again, or after "
                    + $"{MaxWait.TotalSeconds:0} s.");
    }
}
