using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Platform.Hosting;

/// <summary>
/// Public health endpoints. <c>/health/live</c>: the process responds. <c>/health/ready</c>: 200 if it can receive requests, otherwise 503,
/// without any details; the state of every check is only on the operator port, see <see cref="OperatorListener"/>.
/// </summary>
public static class Health
{
    /// <summary>Tag of checks that decide whether a process is ready.</summary>
    internal const string ReadyTag = "ready";

    /// <summary>Tag of checks that do not affect readiness and are only shown to operators.</summary>
    internal const string InformationTag = "information";

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

/// <summary>
/// Checks that the database responds and accepts writes. If it is read-only, for example because its disk is full, this replica receives
/// requests only if all other replicas of the service are in the same state, so that reads are still answered.
/// </summary>
internal sealed class StoreHealth(NpgsqlDataSource source, Database database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var command = source.CreateCommand("select current_setting('transaction_read_only')");
        if (await command.ExecuteScalarAsync(cancellationToken) is "off") return HealthCheckResult.Healthy();
        database.Clear(); // New sessions may be writable; open ones stay read-only.
        return HealthCheckResult.Unhealthy("The database is read-only.");
    }
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
