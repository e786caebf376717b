using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Platform.Hosting;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: it may be sent requests (200), with each check's state in the body;
/// "Degraded" still serves: the broker is away or the relay waits.
/// </summary>
public static class Health
{
    internal static void AddHealth(this WebApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks();
        builder.Services.AddSingleton<IHealthCheckPublisher, HealthMetrics>();
        builder.Services.Configure<HealthCheckPublisherOptions>(o => o.Period = TimeSpan.FromSeconds(5));
    }

    internal static void MapHealth(this WebApplication app)
    {
        var replica = app.Configuration.Replica(app.Environment.ApplicationName.ToLowerInvariant());
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new() { Predicate = c => c.Tags.Contains("ready"), ResponseWriter = (http, report) => Write(http, report, replica) });
    }

    private static Task Write(HttpContext http, HealthReport report, string replica) => http.Response.WriteAsJsonAsync(new
    {
        status = report.Status.ToString(),
        replica,
        version = typeof(Health).Assembly.GetName().Version?.ToString(3),
        checks = report.Entries.ToDictionary(e => e.Key, e => new { status = e.Value.Status.ToString(), e.Value.Description, e.Value.Data }),
    });
}

/// <summary>The database answers: without it neither reads nor writes are possible.</summary>
internal sealed class StoreHealth(NpgsqlDataSource database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var command = database.CreateCommand("select 1");
        await command.ExecuteScalarAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}

/// <summary>Health as a metric, so that an alert needs no second probe: 2 healthy, 1 degraded, 0 unhealthy.</summary>
internal sealed class HealthMetrics : IHealthCheckPublisher
{
    private static readonly Gauge<int> State = new Meter(Telemetry.Name).CreateGauge<int>("platform.health", description: "2 healthy, 1 degraded, 0 unhealthy.");

    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        foreach (var (check, entry) in report.Entries) State.Record((int)entry.Status, new KeyValuePair<string, object?>("check", check));
        return Task.CompletedTask;
    }
}
