using Platform.Web;

namespace Feedback;

/// <summary>
/// Erases personal data that is older than <c>Feedback:RetentionDays</c> (365; 0 = never), when a replica starts and every ten minutes.
/// </summary>
public sealed partial class Retention(Erasure erasure, IConfiguration configuration, TimeProvider clock, ILogger<Retention> log)
    : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var days = configuration.GetValue("Feedback:RetentionDays", 365);
        return days == 0
            ? Task.CompletedTask
            : PeriodicWork.Repeat(
                TimeSpan.FromMinutes(10), clock, ct => EraseOlderThan(days, ct), e => CouldNotErase(log, e.GetType().Name), stoppingToken);
    }

    private async Task EraseOlderThan(int days, CancellationToken ct)
    {
        var erased = await erasure.OlderThan(clock.Now().AddDays(-days), ct);
        if (erased != new Erased(0, 0)) ErasedOldData(log, erased.Messages, erased.Reports, days);
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Erased the personal data of {Messages} messages and {Reports} typo reports that are older than {Days} days.")]
    private static partial void ErasedOldData(ILogger log, int messages, int reports, int days);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not erase old personal data ({Reason}). Retrying in ten minutes.")]
    private static partial void CouldNotErase(ILogger log, string reason);
}
