using Marten;
using Platform.EventSourcing;
using Platform.Messaging;

namespace Platform.Replays;

/// <summary>Requests the replays that a new epoch of the store needs.</summary>
public sealed class EpochReplays(IDocumentStore store, GroupCommit group, ConsumedQueues queues, Refills refills, TimeProvider clock)
{
    private const int ReplayedPerSecond = 2000;

    /// <summary>
    /// Requests, once for each epoch, a refill of all queues of this service, and a replay of all its public events to all consumers. The
    /// replay tells consumers which facts are true in this epoch, and its end tells them which facts to discard.
    /// </summary>
    public async Task Request(long epoch, CancellationToken ct)
    {
        var stream = Replay.Stream(new Guid(0, 0, 0, BitConverter.GetBytes(epoch)));
        await using var session = store.QuerySession();
        if (await session.LoadAsync<Replay>(stream, ct) is not null) return;
        foreach (var queue in queues.Names) await refills.Request(queue, ct);
        var wanted = new ReplayRequested(
            RepublishEvents.AllConsumers,
            ReplayMode.Apply,
            new ReplayScope(),
            ReplayedPerSecond,
            $"Epoch {epoch} of the store began.",
            "relay",
            clock.GetUtcNow());
        await new Decider(store, group, new Actor { Name = "relay" }).Decide<Replay>(stream, replay => Replay.Request(replay, wanted), ct);
    }
}
