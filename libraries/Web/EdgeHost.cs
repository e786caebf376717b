using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Web.OpenApi;

namespace Platform.Web;

/// <summary>Sets up what every HTTP process needs, with or without a store.</summary>
public static class EdgeHost
{
    /// <summary>Adds what every HTTP process needs, with or without a store. The gateway and the portal call only this.</summary>
    public static WebApplicationBuilder AddEdge(this WebApplicationBuilder builder, string name)
    {
        AppContext.SetData("REGEX_DEFAULT_MATCH_TIMEOUT", Limits.Matching);
        // No log output includes scopes, and each request would pay for creating one (docs/decisions/0075).
        builder.Services.Configure<LoggerFilterOptions>(o => o.CaptureScopes = false);
        if (Console.IsOutputRedirected)
            builder.Logging.AddJsonConsole(o => { o.UseUtcTimestamp = true; o.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ"; });
        builder.WebHost.ConfigureKestrel(k => { k.AddServerHeader = false; k.Limits.MaxRequestBodySize = Limits.Body; });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<SecurityLog>();
        builder.Logging.AddFilter(SecurityLog.Category, LogLevel.Information); // independent of the level of other categories
        builder.Services.ConfigureHttpJsonOptions(o => Json.ConfigureHttp(o.SerializerOptions));
        builder.AddHeadRequests();
        builder.AddProblems();
        builder.AddSignIn();
        builder.AddTelemetry(name);
        builder.AddHealth();
        builder.AddInterfaceDescription(name);
        return builder;
    }

    /// <summary>Adds the middleware and the endpoints that every process has. Call it before mapping slices.</summary>
    public static WebApplication MapEdge(this WebApplication app)
    {
        app.UseProblems();
        app.UseAuthentication();
        app.UseAuthorization();
        app.Use(ValidDates.CheckParameters);
        app.MapHealth();
        app.MapOpenApi().AllowAnonymous();
        return app;
    }
}
