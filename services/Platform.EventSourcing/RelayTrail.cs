using System.Text.Json;
using System.Threading.Channels;
using JasperFx.Events;
using Marten;
using Platform.EventSourcing.Replays;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Platform.EventSourcing;

/// <summary>An event that was relayed, as the broker remembers it.</summary>
public sealed record RelayedEvent(long Epoch, long Sequence, Guid Id, string Stream, long Version)
{
    internal static RelayedEvent Of(IEvent e, long epoch) => new(epoch, e.Sequence, e.Id, e.StreamKey!, e.Version);
}

/// <summary>
/// What was relayed last, kept at the broker and so outside the store: after a restore or a failover it tells which events the store has
/// lost. It is a queue that drops its oldest messages when it is full, and is read without acknowledging anything, so that all messages are
/// returned to it. A RabbitMQ stream would be read more simply, but after two quick restarts of RabbitMQ 3.10 it may stay unavailable.
/// </summary>
internal sealed class RelayTrail(IBroker broker, string name, TimeProvider clock) : IAsyncDisposable
{
    private const int MostInOneMessage = 500, MostMessages = 30_000, MostBytes = 4_000_000;

    /// <summary>
    /// Each reading returns all messages once. RabbitMQ 4 drops a message after 20 returns unless the queue has another limit.
    /// </summary>
    private const int MostReturns = 1_000_000;

    /// <summary>A broker that does not answer for so long is given up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private IChannel? _channel;

    /// <summary>Of the store's service; the name stays as it is for ever.</summary>
    public static RelayTrail Of(IDocumentStore store, IBroker broker, TimeProvider clock) =>
        new(broker, $"{store.Options.DatabaseSchemaName.Replace('_', '-')}-relayed", clock);

    /// <summary>Done when the broker has confirmed it. After a failure the next call begins with a new channel.</summary>
    public async Task Append(IReadOnlyList<RelayedEvent> events, CancellationToken ct)
    {
        foreach (var part in events.Chunk(MostInOneMessage)) await Write(new(part, null), ct);
    }

    /// <summary>All that is remembered: up to a mark that is appended for this.</summary>
    public async Task<IReadOnlyList<RelayedEvent>> Read(CancellationToken ct)
    {
        var mark = Guid.CreateVersion7(clock.GetUtcNow());
        await Write(new([], mark), ct);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            return await UpTo(mark, limit.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException($"The broker did not deliver what it remembers in {name}.", e);
        }
    }

    private async Task<IReadOnlyList<RelayedEvent>> UpTo(Guid mark, CancellationToken ct)
    {
        var entries = Channel.CreateUnbounded<Entry>();
        await using var channel = await broker.Open(ct);
        // More than the queue holds: without a number RabbitMQ stops after 2,000 messages that are not acknowledged.
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
        limit.CancelAfter(Patience);
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
                throw new TimeoutException($"The broker did not confirm what was appended to {name}.", e);
            throw;
        }
    }

    private async Task<IChannel> Declare(CancellationToken ct)
    {
        await broker.Declare(
            name, ct, (Headers.XMaxLength, MostMessages), (Headers.XMaxLengthInBytes, MostBytes), ("x-delivery-limit", MostReturns));
        return await broker.Open(ct);
    }

    /// <summary>Closes the channel.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_channel is not { } channel) return;
        _channel = null;
        await channel.DisposeAsync();
    }

    /// <summary>One message: events, or a mark.</summary>
    private sealed record Entry(IReadOnlyList<RelayedEvent> Events, Guid? Mark);
}
