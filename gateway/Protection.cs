using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Platform.Hosting;

namespace Gateway;

/// <summary>What stands between the internet and the services: who may write how often, whose forwarded address is believed, which sites may call.</summary>
public static class Protection
{
    /// <summary>
    /// Settings: <c>Gateway:WritesPerMinute</c> of one client (120; 0 = no limit), <c>Gateway:KnownProxies</c> (addresses or networks whose X-Forwarded-*
    /// is believed; none), <c>Gateway:Origins</c> (sites whose scripts may call; none, or *).
    /// </summary>
    public static void AddProtection(this WebApplicationBuilder builder)
    {
        var gateway = builder.Configuration.GetSection("Gateway");
        builder.Services.Configure<ForwardedHeadersOptions>(o =>
        {
            o.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
            o.KnownProxies.Clear();
            o.KnownIPNetworks.Clear();
            foreach (var proxy in gateway.GetSection("KnownProxies").Get<string[]>() ?? [])
                if (IPAddress.TryParse(proxy, out var address)) o.KnownProxies.Add(address);
                else o.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
        });
        builder.Services.AddCors(o => o.AddDefaultPolicy(p => p
            .WithOrigins(gateway.GetSection("Origins").Get<string[]>() ?? [])
            .AllowAnyHeader().AllowAnyMethod().WithExposedHeaders(HeaderNames.ETag, HeaderNames.Location, HeaderNames.RetryAfter)));
        builder.Services.AddResponseCompression(o => o.EnableForHttps = true);
        builder.Services.AddRateLimiter(o =>
        {
            o.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => Partition(http, gateway.GetValue("WritesPerMinute", 120)));
            o.OnRejected = Visitors.TooMany;
        });
    }

    /// <summary>First in the pipeline: everything after it sees the client's own address.</summary>
    public static void UseForwarded(this WebApplication app)
    {
        // Where no proxy is known ASP.NET would believe everybody.
        var forwarded = app.Services.GetRequiredService<IOptions<ForwardedHeadersOptions>>().Value;
        if (forwarded.KnownProxies.Count + forwarded.KnownIPNetworks.Count > 0) app.UseForwardedHeaders();
    }

    /// <summary>What browsers are told, with every answer.</summary>
    public static void UseProtection(this WebApplication app)
    {
        app.Use((http, next) =>
        {
            http.Response.OnStarting(static state =>
            {
                Harden(((HttpContext)state).Response);
                return Task.CompletedTask;
            }, http);
            return next(http);
        });
        app.UseCors();
    }

    private static RateLimitPartition<string> Partition(HttpContext http, int writesPerMinute)
    {
        var reads = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) || HttpMethods.IsOptions(http.Request.Method);
        if (reads || writesPerMinute == 0 || http.User.Identity?.IsAuthenticated == true) return RateLimitPartition.GetNoLimiter("");
        return RateLimitPartition.GetTokenBucketLimiter(http.Connection.RemoteIpAddress?.ToString() ?? "", _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = writesPerMinute,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1) / writesPerMinute,
            QueueLimit = 0,
        });
    }

    /// <summary>The headers that protect browsers, where the answer has none of its own.</summary>
    internal static void Harden(HttpResponse response)
    {
        var headers = response.Headers;
        headers.TryAdd(HeaderNames.XContentTypeOptions, "nosniff");
        headers.TryAdd(HeaderNames.XFrameOptions, "DENY");
        headers.TryAdd("Referrer-Policy", "strict-origin-when-cross-origin");
        headers.TryAdd(HeaderNames.ContentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'");
        if (response.HttpContext.Request.IsHttps) headers.TryAdd(HeaderNames.StrictTransportSecurity, "max-age=31536000");
    }
}
