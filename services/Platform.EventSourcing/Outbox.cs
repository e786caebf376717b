using JasperFx.Events;
using Marten;
using MassTransit;

namespace Platform.EventSourcing;

/// <summary>An integration event on its way out: the message, the id it keeps through every repetition, its stream and its trace.</summary>
public sealed record Outbound(Guid MessageId, string Stream, object Message, string? Trace)
{
    /// <summary>
    /// How many events the message contains: more than one if it is a batch, which has the id and the trace of its first event.
    /// </summary>
    public int Events { get; init; } = 1;

    internal void Mark(SendContext message, long epoch)
    {
        message.MessageId = MessageId;
        message.SetEpoch(epoch);
    }
}

/// <summary>
/// Makes private events public. Must be total (a throw would hold the relay for everybody) and must give the same
/// messages, or newer absolute state, whenever the same events are shown to it again.
/// </summary>
public delegate Task<IReadOnlyList<Outbound>> Translate(IReadOnlyList<IEvent> events, IQuerySession session, CancellationToken ct);

/// <summary>The message which says that all public events were published again in that epoch of the store (<see cref="Epoch"/>).</summary>
public delegate object Retold(long epoch, DateTimeOffset at);

/// <summary>Ways to write a <see cref="Translate"/>.</summary>
public static class Outbox
{
    /// <summary>One message at most for each event, out of the event alone; null keeps it private.</summary>
    public static Translate Each(Func<IEvent, object?> translate) => (events, _, _) =>
        Task.FromResult<IReadOnlyList<Outbound>>([.. events.SelectMany(e => From(e, translate(e)))]);

    /// <summary>
    /// The message as it goes out for an event: under the event's id, in the order of its stream, in the trace that stored it.
    /// </summary>
    public static IEnumerable<Outbound> From(IEvent e, object? message)
    {
        if (message is not null) yield return new Outbound(e.Id, e.StreamKey!, message, e.CorrelationId);
    }
}
