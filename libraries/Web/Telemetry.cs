using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Platform.Web;

/// <summary>
/// Sets up tracing and metrics. Traces lead from the gateway through a service and the bus to the next service. Metrics are served at
/// <c>/metrics</c> of the <see cref="OperatorListener"/>. Both are also exported by OTLP if OTEL_EXPORTER_OTLP_ENDPOINT is set.
/// </summary>
public static class Telemetry
{
    /// <summary>Name of the meter for the platform's own metrics.</summary>
    public const string Name = "Platform";

    /// <summary>Name of the traces and metrics of the relay.</summary>
    public const string Relay = "Platform.Relay";

    internal static void AddTelemetry(this WebApplicationBuilder builder, string name)
    {
        var exports = builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 };
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService(name, serviceInstanceId: builder.Configuration.Replica(name)))
            // Without an exporter, spans are not recorded, but trace ids are still propagated.
            .WithTracing(t => (exports ? t.AddSpans() : t.SetSampler(new AlwaysOnSampler()))
                .AddSource(Relay, "MassTransit", "Yarp.ReverseProxy"))
            .WithMetrics(m => m
                .AddMeter(
                    Name,
                    Relay,
                    "MassTransit",
                    "Npgsql",
                    "Yarp.ReverseProxy",
                    "Microsoft.AspNetCore.Hosting",
                    "Microsoft.AspNetCore.Server.Kestrel")
                .AddRuntimeInstrumentation()
                .AddPrometheusExporter());
        if (exports) telemetry.UseOtlpExporter();
    }

    private static TracerProviderBuilder AddSpans(this TracerProviderBuilder tracing) => tracing
        .AddSource("Npgsql")
        .AddAspNetCoreInstrumentation(
            o =>
                o.Filter = http =>
                    !http.Request.Path.StartsWithSegments("/health")
                    && !http.Request.Path.StartsWithSegments("/metrics")
                    && !http.Request.Path.StartsWithSegments("/api/live"))
        .AddHttpClientInstrumentation();
}
