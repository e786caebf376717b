using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Platform.Web;

namespace Platform.EventSourcing;

/// <summary>
/// Publishes messages and retries until the broker confirms them. While the broker is unavailable, only one message at a time is tried,
/// because each attempt opens connections, and hundreds of attempts per second would take processor time from a broker that is starting.
/// </summary>
public sealed partial class ConfirmedPublisher(TimeProvider clock, ILogger<ConfirmedPublisher> log) : IDisposable
{
    private const double MinPauseMs = 100, MaxPauseMs = 1000;

    /// <summary>
    /// How long one attempt may take; less while the broker is unavailable, because an attempt that began before its return may be
    /// confirmed much later than one that begins after it.
    /// </summary>
    private static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(10), LimitWhileUnavailable = TimeSpan.FromSeconds(3);

    private static readonly ActivitySource Traces = new(Telemetry.Relay);
    private static readonly Meter Meter = new(Telemetry.Relay);

    private static readonly Counter<long> Published =
        Meter.CreateCounter<long>("platform.relay.published", "{message}", "Integration events confirmed by the broker.");

    private static readonly Counter<long> Failures =
        Meter.CreateCounter<long>("platform.relay.failures", "{attempt}", "Attempts to publish that the broker did not confirm.");

    private readonly SemaphoreSlim _oneAttempt = new(1, 1);

    /// <summary>The number of failed attempts since the last confirmation.</summary>
    private volatile int _failures;

    /// <summary>Whether the last attempt failed and none has succeeded since.</summary>
    internal bool IsBrokerUnavailable => _failures > 0;

    /// <summary>
    /// Returns when the broker has confirmed the message that <paramref name="send"/> publishes. <paramref name="failed"/> receives the
    /// number and the error of each attempt that was not confirmed.
    /// </summary>
    internal async Task PublishUntilConfirmed(
        Outbound outbound, Func<CancellationToken, Task> send, CancellationToken ct, Func<int, Exception, Task>? failed = null)
    {
        for (var attempt = 1; !await Attempt(attempt); attempt++)
        {
        }

        async Task<bool> Attempt(int attempt)
        {
            if (_failures == 0) return await Publish(attempt);
            await _oneAttempt.WaitAsync(ct);
            try
            {
                if (_failures == 0) return false; // the broker has confirmed another message meanwhile
                await Task.Delay(TimeSpan.FromMilliseconds(Pause(_failures)), clock, ct);
                return await Publish(attempt);
            }
            finally
            {
                _oneAttempt.Release();
            }
        }

        async Task<bool> Publish(int attempt)
        {
            using var span = Traces.StartActivity("relay", ActivityKind.Producer, outbound.Trace);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(_failures == 0 ? AttemptLimit : LimitWhileUnavailable);
            try
            {
                await send(limit.Token).WaitAsync(limit.Token);
                Published.Add(outbound.Events);
                _failures = 0;
                return true;
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                Failures.Add(1);
                _failures++;
                NotConfirmed(log, e, outbound.MessageId, attempt);
                if (failed is not null) await failed(attempt, e);
                return false;
            }
        }
    }

    private static double Pause(int failures) => Math.Min(MinPauseMs * Math.Pow(2, Math.Min(failures, 8)), MaxPauseMs);

    /// <inheritdoc />
    public void Dispose() => _oneAttempt.Dispose();

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The broker did not confirm message {MessageId} (attempt {Attempt}). The message will be retried.")]
    private static partial void NotConfirmed(ILogger log, Exception e, Guid messageId, int attempt);
}
