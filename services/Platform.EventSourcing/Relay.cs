using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Subscriptions;
using MassTransit;
using Microsoft.Extensions.Logging;
using Platform.EventSourcing.Replays;

namespace Platform.EventSourcing;

/// <summary>An integration event on its way out: the message, the id it keeps through every repetition, its stream and its trace.</summary>
public sealed record Outbound(Guid MessageId, string Stream, object Message, string? Trace);

/// <summary>
/// Makes private events public. Must be total (a throw would hold the relay for everybody) and must give the same
/// messages, or newer absolute state, whenever the same events are shown to it again.
/// </summary>
public delegate Task<IReadOnlyList<Outbound>> Translate(IReadOnlyList<IEvent> events, IQuerySession session, CancellationToken ct);

/// <summary>Ways to write a <see cref="Translate"/>.</summary>
public static class Outbox
{
    /// <summary>One message at most for each event, out of the event alone; null keeps it private.</summary>
    public static Translate Each(Func<IEvent, object?> translate) => (events, _, _) =>
        Task.FromResult<IReadOnlyList<Outbound>>([.. events.SelectMany(e => From(e, translate(e)))]);

    /// <summary>The message as it goes out for an event: under the event's id, in the order of its stream, in the trace that stored it.</summary>
    public static IEnumerable<Outbound> From(IEvent e, object? message)
    {
        if (message is not null) yield return new Outbound(e.Id, e.StreamKey!, message, e.CorrelationId);
    }
}

/// <summary>
/// Event store to bus. The stored event is the outbox: messages are published with confirms, in the order of each stream,
/// and only then does the position move, so a crash repeats and never loses.
/// </summary>
public sealed class Relay : SubscriptionBase
{
    /// <summary>Name of the subscription, and of its row in mt_event_progression.</summary>
    public const string Shard = "relay";
    /// <summary>Source of its traces and metrics.</summary>
    public const string Telemetry = "Platform.Relay";

    private readonly IBus _bus;
    private readonly Translate _translate;
    private readonly TimeProvider _clock;
    private readonly ILogger<Relay> _log;
    private int _told = 1; // whoever leads next clears what its predecessor left

    /// <summary>Made once per process; runs only on the replica that leads.</summary>
    public Relay(IBus bus, Translate translate, TimeProvider clock, ILogger<Relay> log)
    {
        (_bus, _translate, _clock, _log) = (bus, translate, clock, log);
        Name = Shard;
        Options.BatchSize = 500;
        // The next page is read when this one is out, with all that was stored meanwhile. Read ahead, each commit would be a page, and pay for a whole page.
        Options.MaximumHopperSize = 1;
    }

    /// <inheritdoc />
    public override async Task<IChangeListener> ProcessEventsAsync(
        EventRange page, ISubscriptionController controller, IDocumentOperations operations, CancellationToken cancellationToken)
    {
        // What admins do is nobody's news.
        var events = page.Events.Where(e => !e.StreamKey!.StartsWith(Replay.Prefix, StringComparison.Ordinal)).ToArray();
        var outbound = await _translate(events, operations, cancellationToken);
        var store = operations.DocumentStore;
        await Task.WhenAll(outbound.GroupBy(m => m.Stream).Select(stream => PublishInOrder(stream, store, cancellationToken)));
        if (Interlocked.Exchange(ref _told, 0) == 1) await Tell(store, null, cancellationToken);
        return NullChangeListener.Instance;
    }

    private async Task PublishInOrder(IEnumerable<Outbound> messages, IDocumentStore store, CancellationToken ct)
    {
        foreach (var outbound in messages)
            await Confirmed.Send(outbound, limit => _bus.Publish(outbound.Message, outbound.Message.GetType(), x => x.MessageId = outbound.MessageId, limit), _clock, _log, ct,
                (attempt, e) => attempt == 2 && Interlocked.Exchange(ref _told, 1) == 0 ? Tell(store, e, ct) : Task.CompletedTask);
    }

    /// <summary>For every replica to know: what the broker says, or that it is well again.</summary>
    private async Task Tell(IDocumentStore store, Exception? trouble, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        if (trouble is null) session.Delete<RelayTrouble>(Shard);
        else session.Store(new RelayTrouble { Error = $"{trouble.GetType().Name}: {trouble.Message}", At = _clock.GetUtcNow() });
        await session.SaveChangesAsync(ct);
    }
}
