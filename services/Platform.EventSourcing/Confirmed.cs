using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Platform.EventSourcing;

/// <summary>Sends until the broker has confirmed: a broker that is away is waited for.</summary>
internal static partial class Confirmed
{
    private static readonly ActivitySource Traces = new(Relay.Telemetry);
    private static readonly Meter Meter = new(Relay.Telemetry);
    private static readonly Counter<long> Published = Meter.CreateCounter<long>("platform.relay.published", "{message}", "Integration events confirmed by the broker.");
    private static readonly Counter<long> Failures = Meter.CreateCounter<long>("platform.relay.failures", "{attempt}", "Attempts to publish that the broker did not confirm.");

    /// <summary>Sends until confirmed. <paramref name="failed"/> is told of each attempt that was not.</summary>
    public static async Task Send(Outbound outbound, Func<CancellationToken, Task> send, TimeProvider clock, ILogger log, CancellationToken ct, Func<int, Exception, Task>? failed = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var span = Traces.StartActivity("relay", ActivityKind.Producer, outbound.Trace);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(TimeSpan.FromSeconds(10));
            try
            {
                await send(limit.Token);
                Published.Add(1);
                return;
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                Failures.Add(1);
                var pause = TimeSpan.FromMilliseconds(Math.Min(100 * Math.Pow(2, attempt), 2000));
                NotConfirmed(log, e, outbound.MessageId, attempt, pause.TotalMilliseconds);
                if (failed is not null) await failed(attempt, e);
                await Task.Delay(pause, clock, ct);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {MessageId} was not confirmed by the broker (attempt {Attempt}); trying again in {Pause} ms.")]
    private static partial void NotConfirmed(ILogger log, Exception e, Guid messageId, int attempt, double pause);
}
