using Platform.Contracts;

namespace Platform.EventSourcing;

/// <summary>Messages that are published one after the other, after all earlier messages of their streams.</summary>
internal sealed record PublishingOrder(IReadOnlyList<string> Streams, IReadOnlyList<Outbound> Messages);

/// <summary>Puts the messages of a page into batches where that changes nothing but their number (<see cref="EventBatch{T}"/>).</summary>
internal static class Batches
{
    /// <summary>Fewer events are sent as messages of their own: a batch saves little then.</summary>
    public const int Fewest = 8;

    /// <summary>With the longest texts such a batch has about 2 MB; RabbitMQ 4 accepts 16 MB.</summary>
    public const int Most = 100;

    /// <summary>
    /// The messages of each stream stay in their order. Only a message that is the only one of its stream goes into a batch.
    /// </summary>
    public static IReadOnlyList<PublishingOrder> Of(IReadOnlyList<Outbound> page)
    {
        var streams = page.GroupBy(m => m.Stream)
            .Select(s => s.ToArray())
            .ToLookup(s => s.Length == 1 && EventBatch.Types.Contains(s[0].Message.GetType()));
        return
        [
            .. streams[false].Select(messages => new PublishingOrder([messages[0].Stream], messages)),
            .. streams[true]
            .Select(messages => messages[0])
            .GroupBy(m => m.Message.GetType())
            .SelectMany(type => type.Chunk(Most))
            .SelectMany(Batch),
        ];
    }

    private static IEnumerable<PublishingOrder> Batch(Outbound[] messages) =>
        messages.Length < Fewest
            ? messages.Select(m => new PublishingOrder([m.Stream], [m]))
            : [new([.. messages.Select(m => m.Stream)], [messages[0] with
            {
                Message = EventBatch.Of([.. messages.Select(m => m.Message)]),
                Events = messages.Length,
            }])];
}
