using System.Text.Json;
using System.Threading.Channels;
using JasperFx.Events;
using Marten;
using Platform.Messaging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Platform.EventSourcing;

/// <summary>An event that was published, as recorded in the relay trail.</summary>
public sealed record RelayedEvent(
    long Epoch,
    long Sequence,
    Guid Id,
    string Stream,
    long Version)
{
    internal static RelayedEvent Of(IEvent e, long epoch) => new(epoch, e.Sequence, e.Id, e.StreamKey!, e.Version);
}

/// <summary>
/// A record of the events that were published last. It is kept at the broker, outside the store, so that after a restore or a failover it
/// shows which events the store has lost. It is a queue that drops its oldest messages when it is full. It is read without acknowledging,
/// so that all messages return to it. A RabbitMQ stream would be simpler to read, but after two quick restarts of RabbitMQ 3.10 it may
/// stay unavailable.
/// </summary>
internal sealed class RelayTrail(IRabbitMqAdmin broker, string name, TimeProvider clock) : IAsyncDisposable
{
    private const int MaxEventsPerMessage = 500, MaxMessages = 30_000, MaxBytes = 4_000_000;

    /// <summary>
    /// Each read returns every message to the queue once. RabbitMQ 4 drops a message after 20 returns unless the queue sets another limit.
    /// </summary>
    private const int DeliveryLimit = 1_000_000;

    /// <summary>The time limit of each operation of the broker.</summary>
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    private IChannel? _channel;
    private bool _declared;
    private long? _lostAt;

    /// <summary>Creates the trail of the store's service. The name of the queue must never change.</summary>
    public static RelayTrail Of(IDocumentStore store, IRabbitMqAdmin broker, TimeProvider clock) =>
        new(broker, $"{store.Options.DatabaseSchemaName.Replace('_', '-')}-relayed", clock);

    /// <summary>
    /// Appends events, and returns when the broker has confirmed them. After a failure the next call opens a new channel.
    /// </summary>
    public async Task Append(IReadOnlyList<RelayedEvent> events, CancellationToken ct)
    {
        foreach (var part in events.Chunk(MaxEventsPerMessage)) await Write(new(part, null), ct);
    }

    /// <summary>
    /// Reads all recorded events. Appends a mark first, and reads up to this mark, because a queue has no recognisable end.
    /// </summary>
    public async Task<IReadOnlyList<RelayedEvent>> Read(CancellationToken ct)
    {
        var mark = Guid.CreateVersion7(clock.GetUtcNow());
        await Write(new([], mark), ct);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeLimit);
        try
        {
            return await UpTo(mark, limit.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException($"The broker did not deliver the contents of the queue {name} in time.", e);
        }
    }

    /// <summary>The time since the queue was found missing, because the broker lost its data or is new; null if it was not.</summary>
    public async Task<TimeSpan?> TimeSinceLoss(CancellationToken ct)
    {
        if (!await broker.HasQueue(name, ct) && (_declared || _lostAt is null)) (_declared, _lostAt) = (false, clock.GetTimestamp());
        return _lostAt is { } at ? clock.GetElapsedTime(at) : null;
    }

    private async Task<IReadOnlyList<RelayedEvent>> UpTo(Guid mark, CancellationToken ct)
    {
        var entries = Channel.CreateUnbounded<Entry>();
        await using var channel = await broker.Open(ct);
        // More than the queue can contain: without a prefetch count RabbitMQ stops after 2,000 unacknowledged messages.
        await channel.BasicQosAsync(0, ushort.MaxValue, global: false, ct);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            entries.Writer.TryWrite(JsonSerializer.Deserialize<Entry>(message.Body.Span, JsonSerializerOptions.Web)!);
            return Task.CompletedTask;
        };
        channel.ChannelShutdownAsync += (_, why) =>
        {
            entries.Writer.TryComplete(new IOException($"The broker closed the channel: {why.ReplyText}"));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(name, autoAck: false, consumer, ct);
        var events = new List<RelayedEvent>();
        while (await entries.Reader.ReadAsync(ct) is var entry && entry.Mark != mark) events.AddRange(entry.Events);
        return events;
    }

    private async Task Write(Entry entry, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeLimit);
        try
        {
            _channel ??= await Declare(limit.Token);
            await _channel.BasicPublishAsync(
                "",
                name,
                mandatory: true,
                new BasicProperties { Persistent = true },
                JsonSerializer.SerializeToUtf8Bytes(entry, JsonSerializerOptions.Web),
                limit.Token);
        }
        catch (Exception e)
        {
            await DisposeAsync();
            if (e is OperationCanceledException && !ct.IsCancellationRequested)
                throw new TimeoutException($"The broker did not confirm the message to the queue {name} in time.", e);
            throw;
        }
    }

    private async Task<IChannel> Declare(CancellationToken ct)
    {
        await TimeSinceLoss(ct);
        await broker.Declare(
            name, ct, (Headers.XMaxLength, MaxMessages), (Headers.XMaxLengthInBytes, MaxBytes), ("x-delivery-limit", DeliveryLimit));
        _declared = true;
        return await broker.Open(ct);
    }

    /// <summary>Closes the channel.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_channel is not { } channel) return;
        _channel = null;
        await channel.DisposeAsync();
    }

    /// <summary>The body of one message, which contains either events or a mark.</summary>
    private sealed record Entry(IReadOnlyList<RelayedEvent> Events, Guid? Mark);
}
