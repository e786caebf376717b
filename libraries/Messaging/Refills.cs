using System.Text.Json;
using MassTransit;
using MassTransit.Serialization;
using Platform.Contracts.Refills;
using RabbitMQ.Client;

namespace Platform.Messaging;

/// <summary>Requests refills: asks the publishers of a queue of this service to send their public events to it again.</summary>
public sealed class Refills(IRabbitMqAdmin broker, ConsumedQueues queues, TimeProvider clock)
{
    /// <summary>The name of the queue in which a service receives refill requests.</summary>
    public static string RequestsOf(string service) => $"{service}-when-refill-requested";

    /// <summary>
    /// Sends a request to each publisher, and returns when the broker has confirmed all of them. Publishers that are down receive it later.
    /// </summary>
    public async Task Request(string queue, CancellationToken ct, DateTimeOffset? since = null)
    {
        foreach (var publisher in queues.Publishers(queue))
        {
            var requests = RequestsOf(publisher.Key);
            await broker.Declare(requests, ct);
            await using var channel = await broker.Open(ct);
            var properties = new BasicProperties { ContentType = "application/vnd.masstransit+json", Persistent = true };
            await channel.BasicPublishAsync(
                "", requests, mandatory: true, properties, Envelope(new(queue, since, [.. publisher.Order()])), ct);
        }
    }

    // The request is sent without the bus, because the exchange of that queue is declared by its service and may not exist yet.
    private byte[] Envelope(RefillRequested request)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        var envelope = new { messageId = id, messageType = new[] { MessageUrn.ForTypeString<RefillRequested>() }, message = request };
        return JsonSerializer.SerializeToUtf8Bytes(envelope, SystemTextJsonMessageSerializer.Options);
    }
}
