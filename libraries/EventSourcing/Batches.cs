using Platform.Contracts;

namespace Platform.EventSourcing;

/// <summary>Messages that are published one after the other, and only after all earlier messages of their streams.</summary>
internal sealed record PublishingOrder(IReadOnlyList<string> Streams, IReadOnlyList<Outbound> Messages);

/// <summary>
/// Combines the messages of a page into batches (<see cref="EventBatch{T}"/>) without changing the order within any stream.
/// </summary>
internal static class Batches
{
    /// <summary>The smallest batch. Fewer events are sent individually, because a batch of them would save little.</summary>
    public const int MinSize = 8;

    /// <summary>The largest batch. With the longest texts allowed it has about 2 MB; RabbitMQ 4 accepts 16 MB.</summary>
    public const int MaxSize = 100;

    /// <summary>
    /// Divides a page into independent orders. Only a message that is the only one of its stream in the page is put into a batch.
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
            .SelectMany(type => type.Chunk(MaxSize))
            .SelectMany(Batch),
        ];
    }

    private static IEnumerable<PublishingOrder> Batch(Outbound[] messages) =>
        messages.Length < MinSize
            ? messages.Select(m => new PublishingOrder([m.Stream], [m]))
            : [new([.. messages.Select(m => m.Stream)], [messages[0] with
            {
                Message = EventBatch.Of([.. messages.Select(m => m.Message)]),
                Events = messages.Length,
            }])];
}
