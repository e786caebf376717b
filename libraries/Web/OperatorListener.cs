using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;

namespace Platform.Web;

/// <summary>
/// The operator port: <c>/health/ready</c> with the state and data of every check, or with <c>?checks=ready</c> of those that decide
/// whether the process is ready; <c>/health/live</c>; and <c>/metrics</c> for Prometheus.
/// The setting <c>Operator:Url</c> is its address, for example <c>http://127.0.0.1:9100</c>; without the setting there is no operator port.
/// It is a separate server with its own pipeline, so no header or path of a public request can reach it.
/// </summary>
public sealed class OperatorListener(IServiceProvider services, IConfiguration configuration, IHostEnvironment environment)
    : IHostedLifecycleService, IAsyncDisposable
{
    private WebApplication? _server;

    /// <summary>The address of the listener, with the port that was bound.</summary>
    public Uri Address =>
        new(_server?.Urls.Single()
            ?? throw new InvalidOperationException(
                "The setting Operator:Url is missing, so the operator listener is not running. "
                + "Set it, for example to http://127.0.0.1:9100."));

    /// <summary>
    /// Starts after the public server, so that a process that reports "Healthy" on this port can already receive requests.
    /// </summary>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (configuration["Operator:Url"] is not { Length: > 0 } url) return;
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.AddServerHeader = false);
        builder.Services.AddRoutingCore();
        _server = builder.Build();
        _server.Urls.Add(url);
        _server.MapGet("/health/live", http => http.Response.WriteAsync("Healthy", http.RequestAborted));
        _server.MapGet("/health/ready", Ready);
        _server.MapPrometheusScrapingEndpoint(
            "/metrics",
            services.GetRequiredService<MeterProvider>(),
            configureBranchedPipeline: null,
            optionsName: null);
        await _server.StartAsync(cancellationToken);
    }

    private async Task Ready(HttpContext http)
    {
        string[] tags = http.Request.Query["checks"] == Health.ReadyTag ? [Health.ReadyTag] : [Health.ReadyTag, Health.InformationTag];
        var report = await services.GetRequiredService<HealthCheckService>()
            .CheckHealthAsync(c => c.Tags.Overlaps(tags), http.RequestAborted);
        http.Response.StatusCode = report.Status == HealthStatus.Unhealthy
            ? StatusCodes.Status503ServiceUnavailable
            : StatusCodes.Status200OK;
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.WriteAsJsonAsync(new
        {
            status = report.Status.ToString(),
            replica = configuration.Replica(environment.ApplicationName.ToLowerInvariant()),
            version = Settings.Version(typeof(Health).Assembly),
            checks = report.Entries.ToDictionary(
                e => e.Key,
                e => new { status = e.Value.Status.ToString(), e.Value.Description, e.Value.Data }),
        }, Json.Http, http.RequestAborted);
    }

    /// <summary>Stops after the public server, so that the state stays visible while the last requests complete.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken) => _server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    Task IHostedLifecycleService.StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    Task IHostedLifecycleService.StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
