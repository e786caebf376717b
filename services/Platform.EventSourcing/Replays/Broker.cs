using MassTransit;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Platform.EventSourcing.Replays;

/// <summary>A queue as the broker counts it; <paramref name="Failed"/> is in its error queue.</summary>
public sealed record QueueCount(string Queue, long Messages, long Consumers, long Failed);

/// <summary>The broker past the bus: which queues there are, and what is in them.</summary>
public interface IBroker
{
    /// <summary>Queues that this service consumes.</summary>
    IReadOnlyList<string> Queues { get; }

    /// <summary>Whether any service has such a queue.</summary>
    Task<bool> HasQueue(string queue, CancellationToken ct);

    /// <summary>Whether a queue exists and somebody consumes it.</summary>
    Task<bool> HasConsumer(string queue, CancellationToken ct);

    /// <summary>Declares a durable quorum queue with these further arguments, unless it exists.</summary>
    Task Declare(string queue, CancellationToken ct, params (string Name, object Value)[] arguments);

    /// <summary>Messages and consumers of this service's queues.</summary>
    Task<IReadOnlyList<QueueCount>> Count(CancellationToken ct);

    /// <summary>
    /// A channel that confirms what it publishes; what was taken and not acknowledged is back in its queue when it closes.
    /// </summary>
    Task<IChannel> Open(CancellationToken ct);
}

/// <summary>RabbitMQ, on one connection that is made when it is first needed and again when it broke.</summary>
public sealed class Broker(IReadOnlyList<Uri> nodes, string name, ConsumedQueues queues, int? quorumSize) : IBroker, IAsyncDisposable
{
    /// <summary>Client and broker each send one so often; a side that hears nothing for twice as long closes the connection.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    /// <summary>A node that does not let a connection in for so long is given up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _one = new(1, 1);
    private IConnection? _connection;

    /// <inheritdoc />
    public IReadOnlyList<string> Queues => queues.Names;

    /// <inheritdoc />
    public async Task<IChannel> Open(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            if (_connection is not { IsOpen: true })
            {
                if (_connection is not null) await _connection.DisposeAsync();
                var factory = new ConnectionFactory
                {
                    Uri = nodes[0],
                    AutomaticRecoveryEnabled = false,
                    RequestedHeartbeat = Heartbeat,
                    RequestedConnectionTimeout = Patience,
                    HandshakeContinuationTimeout = Patience,
                };
                var endpoints = nodes.Select(node => new AmqpTcpEndpoint(node, factory.Ssl));
                _connection = await factory.CreateConnectionAsync(endpoints, $"{name} admin", ct);
            }
            return await _connection.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), ct);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc />
    public async Task<bool> HasQueue(string queue, CancellationToken ct) => await Declared(queue, ct) is not null;

    /// <inheritdoc />
    public async Task<bool> HasConsumer(string queue, CancellationToken ct) => await Declared(queue, ct) is { ConsumerCount: > 0 };

    /// <inheritdoc />
    public async Task Declare(string queue, CancellationToken ct, params (string Name, object Value)[] arguments)
    {
        if (await HasQueue(queue, ct)) return;
        var all = arguments.ToDictionary(a => a.Name, a => (object?)a.Value);
        all[RabbitMQ.Client.Headers.XQueueType] = "quorum";
        if (quorumSize is { } nodes) all[RabbitMQ.Client.Headers.XQuorumInitialGroupSize] = nodes;
        await using var channel = await Open(ct);
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, all, cancellationToken: ct);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<QueueCount>> Count(CancellationToken ct)
    {
        var counts = new List<QueueCount>();
        foreach (var queue in Queues)
            counts.Add(new(
                queue,
                (await Declared(queue, ct))?.MessageCount ?? 0,
                (await Declared(queue, ct))?.ConsumerCount ?? 0,
                (await Declared($"{queue}_error", ct))?.MessageCount ?? 0));
        return counts;
    }

    private async Task<QueueDeclareOk?> Declared(string queue, CancellationToken ct)
    {
        await using var channel = await Open(ct);
        return await Find(channel, queue, ct);
    }

    /// <summary>The queue's messages and consumers; null if there is no such queue, and then the broker closes the channel.</summary>
    public static async Task<QueueDeclareOk?> Find(IChannel channel, string queue, CancellationToken ct)
    {
        try { return await channel.QueueDeclarePassiveAsync(queue, ct); }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound) { return null; }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_connection is not null) await _connection.DisposeAsync();
        _one.Dispose();
    }
}

/// <summary>The queues this process consumes, as its bus was configured.</summary>
public sealed class ConsumedQueues
{
    private readonly SortedDictionary<string, HashSet<Type>> _messages = new(StringComparer.Ordinal);

    /// <summary>In alphabetical order.</summary>
    public IReadOnlyList<string> Names { get { lock (_messages) return [.. _messages.Keys]; } }

    /// <summary>
    /// The services whose public events a queue receives, each with the names of the types of these events; none if this process does not
    /// consume the queue.
    /// </summary>
    public ILookup<string, string> Publishers(string queue)
    {
        lock (_messages) return _messages.GetValueOrDefault(queue, []).ToLookup(Publisher, m => m.Name);
    }

    /// <summary>Told of each when it is configured.</summary>
    public void Add(string queue)
    {
        lock (_messages) _messages.TryAdd(queue, []);
    }

    /// <summary>Told of each message that a queue receives.</summary>
    public void Add(string queue, Type message)
    {
        if (message.GetProperty("EventId") is null) return;
        lock (_messages) _messages[queue].Add(message);
    }

    /// <summary>A public event's namespace ends with the name of its publisher.</summary>
    private static string Publisher(
        Type message) => KebabCaseEndpointNameFormatter.Instance.SanitizeName(message.Namespace!.Split('.')[^1]);
}
