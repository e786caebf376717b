using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Platform.Web;

/// <summary>
/// Public health endpoints. <c>/health/live</c>: the process responds. <c>/health/ready</c>: 200 if it can receive requests, otherwise 503,
/// without any details; the state of every check is only on the operator port, see <see cref="OperatorListener"/>.
/// </summary>
public static class Health
{
    /// <summary>Tag of checks that decide whether a process is ready.</summary>
    public const string ReadyTag = "ready";

    /// <summary>Tag of checks that do not affect readiness and are only shown to operators.</summary>
    public const string InformationTag = "information";

    internal static void AddHealth(this WebApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks();
        builder.Services.AddSingleton<IHealthCheckPublisher, HealthMetrics>();
        builder.Services.Configure<HealthCheckPublisherOptions>(o => o.Period = TimeSpan.FromSeconds(5));
        builder.Services.AddSingleton<OperatorListener>().AddHostedService(provider => provider.GetRequiredService<OperatorListener>());
    }

    internal static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new() { Predicate = c => c.Tags.Contains(ReadyTag), ResponseWriter = Write }).AllowAnonymous();
    }

    // A degraded process still serves: for example, the broker is unavailable, or events are pending. Only operators see the details.
    private static Task Write(HttpContext http, HealthReport report) =>
        http.Response.WriteAsJsonAsync(new { status = report.Status == HealthStatus.Unhealthy ? "unavailable" : "ready" });
}

/// <summary>Publishes health as a metric, so that an alert needs no separate probe: 2 healthy, 1 degraded, 0 unhealthy.</summary>
internal sealed class HealthMetrics : IHealthCheckPublisher
{
    private static readonly Gauge<int> State = new Meter(Telemetry.Name).CreateGauge<int>(
        "platform.health", description: "2 healthy, 1 degraded, 0 unhealthy.");

    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        foreach (var (check, entry) in report.Entries) State.Record((int)entry.Status, new KeyValuePair<string, object?>("check", check));
        return Task.CompletedTask;
    }
}
