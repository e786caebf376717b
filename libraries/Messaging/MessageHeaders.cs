using MassTransit;

namespace Platform.Messaging;

/// <summary>The headers that mark a message as sent again by a replay.</summary>
public static class Replayed
{
    /// <summary>The header that is true on every message of a replay.</summary>
    public const string Header = "Replay";

    /// <summary>
    /// Whether a replay sent this message. Consumers that keep state decide by this state as always. Consumers with external effects, such
    /// as e-mails or the live stream, must ignore the message.
    /// </summary>
    public static bool IsReplay(this MessageContext context) => context.Headers.Get<bool>(Header) == true;

    /// <summary>The header of messages that are sent again to a queue that was declared again (see <see cref="Refills"/>).</summary>
    public const string RefillHeader = "Refill";

    /// <summary>
    /// Whether this message was sent because the queue may have lost messages, so that the consumer may not have received it before.
    /// </summary>
    public static bool IsRefill(this MessageContext context) => context.Headers.Get<bool>(RefillHeader) == true;
}

/// <summary>Reads and sets the epoch of a message.</summary>
public static class MessageEpoch
{
    /// <summary>The message header of public events that contains the epoch. It is absent in epoch 0.</summary>
    public const string Header = "Epoch";

    /// <summary>The epoch of the publisher's store in which the message was published; 0 if the message has no such header.</summary>
    public static long Epoch(this MessageContext message) => message.Headers.Get<long>(Header) ?? 0;

    /// <summary>Sets the epoch in which the message is published.</summary>
    public static void SetEpoch(this SendContext message, long epoch)
    {
        if (epoch > 0) message.Headers.Set(Header, epoch);
    }
}
