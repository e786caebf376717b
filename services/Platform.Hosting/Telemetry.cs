using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Platform.EventSourcing;

namespace Platform.Hosting;

/// <summary>
/// Traces from the gateway through a service and the bus to the next service; metrics at <c>/metrics</c> of the
/// <see cref="OperatorListener"/>; both are also sent by OTLP if OTEL_EXPORTER_OTLP_ENDPOINT is set.
/// </summary>
public static class Telemetry
{
    /// <summary>Meter of what the platform measures itself.</summary>
    public const string Name = "Platform";

    internal static void AddTelemetry(this WebApplicationBuilder builder, string name)
    {
        var exports = builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 };
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService(name, serviceInstanceId: builder.Configuration.Replica(name)))
            // what nobody reads is not collected; the ids travel all the same
            .WithTracing(t => (exports ? t.AddSpans() : t.SetSampler(new AlwaysOnSampler()))
                .AddSource(Relay.Telemetry, "MassTransit", "Yarp.ReverseProxy"))
            .WithMetrics(m => m
                .AddMeter(
                    Name,
                    Relay.Telemetry,
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
        .AddNpgsql()
        .AddAspNetCoreInstrumentation(
            o =>
                o.Filter = http =>
                    !http.Request.Path.StartsWithSegments("/health")
                    && !http.Request.Path.StartsWithSegments("/metrics")
                    && !http.Request.Path.StartsWithSegments("/api/live"))
        .AddHttpClientInstrumentation();
}
