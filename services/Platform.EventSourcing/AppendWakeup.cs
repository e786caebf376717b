using JasperFx.Events.Daemon.HighWater;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Platform.EventSourcing;

/// <summary>
/// The daemon sleeps on this until somebody's <see cref="AppendSignal"/>. Marten's own wake-up forgets what is signalled while the daemon looks for events:
/// those committed just after its look then wait for the next poll.
/// </summary>
public sealed partial class AppendWakeup(NpgsqlDataSource database, TimeProvider clock, ILogger<AppendWakeup> log) : BackgroundService, IDaemonWakeup
{
    private readonly SemaphoreSlim _signalled = new(0, 1);

    /// <summary>Returns at once where anything was signalled since it last returned.</summary>
    public Task WaitAsync(TimeSpan timeout, CancellationToken token) => _signalled.WaitAsync(timeout, token);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Listen(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                NotListening(log, e);
                await Task.Delay(TimeSpan.FromSeconds(1), clock, stoppingToken);
            }
        }
    }

    private async Task Listen(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        connection.Notification += (_, _) => Signal();
        await using (var listen = new NpgsqlCommand($"listen {AppendSignal.ChannelName}", connection)) await listen.ExecuteNonQueryAsync(ct);
        Signal(); // whatever was signalled while nobody listened
        while (true) await connection.WaitAsync(ct);
    }

    // Only the one loop above calls it, so it cannot be full by the time it is released.
    private void Signal()
    {
        if (_signalled.CurrentCount == 0) _signalled.Release();
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        base.Dispose();
        _signalled.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Appended events are not listened for, but found by polling; trying again.")]
    private static partial void NotListening(ILogger log, Exception e);
}
