using MassTransit;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Platform.Messaging;

/// <summary>
/// The number of messages and consumers of a queue. <paramref name="Failed"/> is the number of messages in its error queue.
/// </summary>
public sealed record QueueCount(string Queue, long Messages, long Consumers, long Failed);

/// <summary>Direct access to the broker, without the bus: which queues exist, and what they contain.</summary>
public interface IRabbitMqAdmin
{
    /// <summary>The names of the queues that this service consumes.</summary>
    IReadOnlyList<string> Queues { get; }

    /// <summary>Whether the queue exists, whichever service consumes it.</summary>
    Task<bool> HasQueue(string queue, CancellationToken ct);

    /// <summary>Whether the queue exists and has a consumer.</summary>
    Task<bool> HasConsumer(string queue, CancellationToken ct);

    /// <summary>The number of messages that wait for the consumers of the queue; 0 if it has none.</summary>
    Task<long> Backlog(string queue, CancellationToken ct);

    /// <summary>Declares a durable quorum queue with these additional arguments, unless it exists.</summary>
    Task Declare(string queue, CancellationToken ct, params (string Name, object Value)[] arguments);

    /// <summary>Counts the messages and consumers of this service's queues.</summary>
    Task<IReadOnlyList<QueueCount>> Count(CancellationToken ct);

    /// <summary>
    /// Opens a channel with publisher confirms. When it closes, messages that were read and not acknowledged return to their queue.
    /// </summary>
    Task<IChannel> Open(CancellationToken ct);
}

/// <summary>Direct access to RabbitMQ over one connection, which is opened when it is first needed, and again after it broke.</summary>
public sealed class RabbitMqAdmin(IReadOnlyList<Uri> nodes, string name, ConsumedQueues queues, int? quorumSize)
    : IRabbitMqAdmin, IAsyncDisposable
{
    /// <summary>The interval of AMQP heartbeats. A side that receives nothing for twice this time closes the connection.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    /// <summary>The time limit for connecting to one node of the broker.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _connectionLock = new(1, 1);
    private IConnection? _connection;

    /// <inheritdoc />
    public IReadOnlyList<string> Queues => queues.Names;

    /// <inheritdoc />
    public async Task<IChannel> Open(CancellationToken ct)
    {
        await _connectionLock.WaitAsync(ct);
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
                    RequestedConnectionTimeout = ConnectTimeout,
                    HandshakeContinuationTimeout = ConnectTimeout,
                };
                var endpoints = nodes.Select(node => new AmqpTcpEndpoint(node, factory.Ssl));
                _connection = await factory.CreateConnectionAsync(endpoints, $"{name} admin", ct);
            }
            return await _connection.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), ct);
        }
        finally
        {
            _connectionLock.Release();
        }
    }

    /// <inheritdoc />
    public async Task<bool> HasQueue(string queue, CancellationToken ct) => await Declared(queue, ct) is not null;

    /// <inheritdoc />
    public async Task<bool> HasConsumer(string queue, CancellationToken ct) => await Declared(queue, ct) is { ConsumerCount: > 0 };

    /// <inheritdoc />
    public async Task<long> Backlog(string queue, CancellationToken ct) =>
        await Declared(queue, ct) is { ConsumerCount: > 0 } state ? state.MessageCount : 0;

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

    /// <summary>
    /// Returns the numbers of messages and consumers of a queue, or null if it does not exist. In that case the broker closes the channel.
    /// </summary>
    public static async Task<QueueDeclareOk?> Find(IChannel channel, string queue, CancellationToken ct)
    {
        try { return await channel.QueueDeclarePassiveAsync(queue, ct); }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound) { return null; }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_connection is not null) await _connection.DisposeAsync();
        _connectionLock.Dispose();
    }
}
