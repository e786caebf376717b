using System.Diagnostics;
using System.Diagnostics.Metrics;
using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Subscriptions;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Platform.EventSourcing;

/// <summary>An integration event on its way out: the message, the id it keeps through every repetition, its stream and its trace.</summary>
public sealed record Outbound(Guid MessageId, string Stream, object Message, string? Trace);

/// <summary>
/// Makes private events public. Must be total (a throw would hold the relay for everybody) and must give the same
/// messages, or newer absolute state, whenever the same events are shown to it again.
/// </summary>
public delegate Task<IReadOnlyList<Outbound>> Translate(IReadOnlyList<IEvent> events, IQuerySession session, CancellationToken ct);

/// <summary>Ways to write a <see cref="Translate"/>.</summary>
public static class Outbox
{
    /// <summary>One message at most for each event, out of the event alone; null keeps it private.</summary>
    public static Translate Each(Func<IEvent, object?> translate) => (events, _, _) =>
        Task.FromResult<IReadOnlyList<Outbound>>([.. events.SelectMany(e => From(e, translate(e)))]);

    /// <summary>The message as it goes out for an event: under the event's id, in the order of its stream, in the trace that stored it.</summary>
    public static IEnumerable<Outbound> From(IEvent e, object? message)
    {
        if (message is not null) yield return new Outbound(e.Id, e.StreamKey!, message, e.CorrelationId);
    }
}

/// <summary>
/// Event store to bus. The stored event is the outbox: messages are published with confirms, in the order of each stream,
/// and only then does the position move, so a crash repeats and never loses.
/// </summary>
public sealed class Relay : SubscriptionBase
{
    /// <summary>Name of the subscription, and of its row in mt_event_progression.</summary>
    public const string Shard = "relay";
    /// <summary>Source of its traces and metrics.</summary>
    public const string Telemetry = "Platform.Relay";

    private static readonly ActivitySource Traces = new(Telemetry);
    private static readonly Meter Meter = new(Telemetry);
    private static readonly Counter<long> Published = Meter.CreateCounter<long>("platform.relay.published", "{message}", "Integration events confirmed by the broker.");
    private static readonly Counter<long> Failures = Meter.CreateCounter<long>("platform.relay.failures", "{attempt}", "Attempts to publish that the broker did not confirm.");

    private readonly IBus _bus;
    private readonly Translate _translate;
    private readonly TimeProvider _clock;
    private readonly ILogger<Relay> _log;

    /// <summary>Made once per process; runs only on the replica that leads.</summary>
    public Relay(IBus bus, Translate translate, TimeProvider clock, ILogger<Relay> log)
    {
        (_bus, _translate, _clock, _log) = (bus, translate, clock, log);
        Name = Shard;
        Options.BatchSize = 500;
    }

    /// <inheritdoc />
    public override async Task<IChangeListener> ProcessEventsAsync(
        EventRange page, ISubscriptionController controller, IDocumentOperations operations, CancellationToken cancellationToken)
    {
        var outbound = await _translate(page.Events, operations, cancellationToken);
        await Task.WhenAll(outbound.GroupBy(m => m.Stream).Select(stream => PublishInOrder(stream, cancellationToken)));
        return NullChangeListener.Instance;
    }

    private async Task PublishInOrder(IEnumerable<Outbound> messages, CancellationToken ct)
    {
        foreach (var message in messages) await PublishUntilConfirmed(message, ct);
    }

    /// <summary>Waits out a broker that is away; a subscription that threw would be paused and lose its place in line.</summary>
    private async Task PublishUntilConfirmed(Outbound outbound, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var span = Traces.StartActivity("relay", ActivityKind.Producer, outbound.Trace);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(TimeSpan.FromSeconds(10));
            try
            {
                await _bus.Publish(outbound.Message, outbound.Message.GetType(), x => x.MessageId = outbound.MessageId, limit.Token);
                Published.Add(1);
                return;
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                Failures.Add(1);
                var pause = TimeSpan.FromMilliseconds(Math.Min(100 * Math.Pow(2, attempt), 2000));
                RelayLog.NotConfirmed(_log, e, outbound.MessageId, attempt, pause.TotalMilliseconds);
                await Task.Delay(pause, _clock, ct);
            }
        }
    }
}

internal static partial class RelayLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {MessageId} was not confirmed by the broker (attempt {Attempt}); trying again in {Pause} ms.")]
    public static partial void NotConfirmed(ILogger log, Exception e, Guid messageId, int attempt, double pause);
}
