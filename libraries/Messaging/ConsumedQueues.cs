using MassTransit;

namespace Platform.Messaging;

/// <summary>The queues that this process consumes, as its bus is configured.</summary>
public sealed class ConsumedQueues
{
    private readonly SortedDictionary<string, HashSet<Type>> _messages = new(StringComparer.Ordinal);

    /// <summary>The names of the queues, in alphabetical order.</summary>
    public IReadOnlyList<string> Names { get { lock (_messages) return [.. _messages.Keys]; } }

    /// <summary>
    /// Returns the services whose public events a queue receives, each with the type names of these events. It is empty if this process
    /// does not consume the queue.
    /// </summary>
    public ILookup<string, string> Publishers(string queue)
    {
        lock (_messages) return _messages.GetValueOrDefault(queue, []).ToLookup(Publisher, m => m.Name);
    }

    /// <summary>Adds a queue when its endpoint is configured.</summary>
    public void Add(string queue)
    {
        lock (_messages) _messages.TryAdd(queue, []);
    }

    /// <summary>Adds a message type that a queue receives. Types that are not public events are ignored.</summary>
    public void Add(string queue, Type message)
    {
        if (message.GetProperty("EventId") is null) return;
        lock (_messages) _messages[queue].Add(message);
    }

    /// <summary>The publisher of a public event, whose name is the last part of the event's namespace.</summary>
    private static string Publisher(Type message) =>
        KebabCaseEndpointNameFormatter.Instance.SanitizeName(message.Namespace!.Split('.')[^1]);
}
