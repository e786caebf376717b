using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Platform.Hosting;

/// <summary>
/// What anybody may ask of a process. <c>/health/live</c>: it answers. <c>/health/ready</c>: 200 if it may be sent requests, 503 if not,
/// and nothing but that in the body; the state of every check is at the operators' address, see <see cref="OperatorListener"/>.
/// </summary>
public static class Health
{
    /// <summary>Checks with this tag decide whether a process is ready.</summary>
    internal const string ReadyTag = "ready";

    /// <summary>Checks with this tag decide nothing: they are told to operators only.</summary>
    internal const string ToldTag = "told";

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

    // "Degraded" still serves: the broker is away, or events wait. Which of them it is concerns operators only.
    private static Task Write(HttpContext http, HealthReport report) =>
        http.Response.WriteAsJsonAsync(new { status = report.Status == HealthStatus.Unhealthy ? "unavailable" : "ready" });
}

/// <summary>
/// The database answers and takes writes. If it is read-only, for example while its disk is full, this replica is sent requests only if all
/// others of the service are in the same state: reads are still answered then.
/// </summary>
internal sealed class StoreHealth(NpgsqlDataSource source, Database database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var command = source.CreateCommand("select current_setting('transaction_read_only')");
        if (await command.ExecuteScalarAsync(cancellationToken) is "off") return HealthCheckResult.Healthy();
        database.Clear(); // New sessions may be writable, while those that are open stay as they are.
        return HealthCheckResult.Unhealthy("The database is read-only.");
    }
}

/// <summary>Health as a metric, so that an alert needs no second probe: 2 healthy, 1 degraded, 0 unhealthy.</summary>
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
