using JasperFx.Events;
using Marten;
using MassTransit;
using Platform.Messaging;

namespace Platform.EventSourcing;

/// <summary>
/// A public event that is about to be published: the message, its id (which stays the same when it is published again), its stream and its
/// trace.
/// </summary>
public sealed record Outbound(Guid MessageId, string Stream, object Message, string? Trace)
{
    /// <summary>
    /// The number of events in the message. It is greater than one for a batch, which has the id and the trace of its first event.
    /// </summary>
    public int Events { get; init; } = 1;

    internal void Mark(SendContext message, long epoch)
    {
        message.MessageId = MessageId;
        message.SetEpoch(epoch);
    }
}

/// <summary>
/// Translates stored events into public ones. It must not throw, because an exception would stop the relay for all consumers. If it
/// receives the same events again, it must return the same messages, or messages with newer absolute state.
/// </summary>
public delegate Task<IReadOnlyList<Outbound>> Translate(IReadOnlyList<IEvent> events, IQuerySession session, CancellationToken ct);

/// <summary>
/// Creates the message that announces that all public events were published again in this epoch of the store (<see cref="Epoch"/>).
/// </summary>
public delegate object Retold(long epoch, DateTimeOffset at);

/// <summary>Helpers for writing a <see cref="Translate"/>.</summary>
public static class Outbox
{
    /// <summary>
    /// Translates each event on its own into at most one message. An event stays private if <paramref name="translate"/> returns null.
    /// </summary>
    public static Translate Each(Func<IEvent, object?> translate) => (events, _, _) =>
        Task.FromResult<IReadOnlyList<Outbound>>([.. events.SelectMany(e => From(e, translate(e)))]);

    /// <summary>
    /// Wraps the message of an event. It gets the event's id, its position in the stream, and the trace of the request that stored it.
    /// </summary>
    public static IEnumerable<Outbound> From(IEvent e, object? message)
    {
        if (message is not null) yield return new Outbound(e.Id, e.StreamKey!, message, e.CorrelationId);
    }
}
