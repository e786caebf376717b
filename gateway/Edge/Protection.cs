using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Platform.Web;
using Yarp.ReverseProxy.Model;

namespace Gateway.Edge;

/// <summary>Protects the services from the internet: rate limits, trusted proxies, allowed origins and security headers.</summary>
public static class Protection
{
    /// <summary>
    /// Settings: <c>Gateway:WritesPerMinute</c> per client (120; 0 = no limit), <c>Gateway:ReadsPerMinute</c> per client for reads that
    /// miss the cache (five times the writes; 0 = no limit), <c>Gateway:KnownProxies</c> (addresses or networks whose X-Forwarded-* headers
    /// are trusted; none), <c>Gateway:InternalPort</c> (a port of this process on which the headers of all callers are trusted, because
    /// only the portal can reach it; none), <c>Gateway:Origins</c> (sites whose scripts may call the API; none, or *).
    /// </summary>
    public static void AddProtection(this WebApplicationBuilder builder)
    {
        var gateway = builder.Configuration.GetSection("Gateway");
        builder.Services.Configure<ForwardedHeadersOptions>(o =>
        {
            o.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
            o.KnownProxies.Clear();
            o.KnownIPNetworks.Clear();
            foreach (var proxy in (gateway.GetSection("KnownProxies").Get<string[]>() ?? []).Where(p => p.Length > 0))
                if (IPAddress.TryParse(proxy, out var address)) o.KnownProxies.Add(address);
                else o.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
        });
        builder.Services.AddCors(o => o.AddDefaultPolicy(p => p
            .WithOrigins(gateway.GetSection("Origins").Get<string[]>() ?? [])
            .AllowAnyHeader().AllowAnyMethod().WithExposedHeaders(HeaderNames.ETag, HeaderNames.Location, HeaderNames.RetryAfter)));
        builder.Services.AddResponseCompression(o => o.EnableForHttps = true);
        builder.Services.AddRateLimiter(o =>
        {
            var writes = gateway.GetValue("WritesPerMinute", 120);
            var reads = gateway.GetValue("ReadsPerMinute", 5 * writes);
            o.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, int>(http => Partition(http, reads, writes));
            o.OnRejected = Visitors.TooMany;
        });
    }

    /// <summary>Applies forwarded headers. First in the pipeline, so that everything after it sees the address of the client.</summary>
    public static void UseForwarded(this WebApplication app)
    {
        var fromProxies = app.Services.GetRequiredService<IOptions<ForwardedHeadersOptions>>().Value;
        var fromAnyone = new ForwardedHeadersOptions { ForwardedHeaders = fromProxies.ForwardedHeaders };
        fromAnyone.KnownProxies.Clear();
        fromAnyone.KnownIPNetworks.Clear();
        // The local port is trustworthy: unlike an address or a header, a caller cannot forge it.
        if (app.Configuration.GetValue<int?>("Gateway:InternalPort") is { } port)
            app.UseWhen(http => http.Connection.LocalPort == port, inside => inside.UseForwardedHeaders(fromAnyone));
        // With an empty list of proxies, ASP.NET Core would trust every caller.
        if (fromProxies.KnownProxies.Count + fromProxies.KnownIPNetworks.Count > 0) app.UseForwardedHeaders();
    }

    /// <summary>Adds security headers to every response, and CORS.</summary>
    public static void UseProtection(this WebApplication app)
    {
        app.Use((http, next) =>
        {
            http.Response.OnStarting(static state =>
            {
                AddSecurityHeaders(((HttpContext)state).Response);
                return Task.CompletedTask;
            }, http);
            return next(http);
        });
        app.UseCors();
    }

    /// <summary>Compresses responses. The response to HEAD gets the content coding that a GET would have.</summary>
    public static void UseCompression(this WebApplication app)
    {
        app.UseResponseCompression();
        app.Use((http, next) => http.IsHead() ? WithoutBody(http, next) : next(http));

        static async Task WithoutBody(HttpContext http, RequestDelegate next)
        {
            await next(http);
            // The coding is chosen when the first byte of the body is written, but a service sends no body for HEAD.
            var response = http.Response;
            if (!response.HasStarted && response.ContentType is not null) await response.Body.WriteAsync(ReadOnlyMemory<byte>.Empty);
        }
    }

    /// <summary>The rate limiter of a request. Cache hits never reach it, so they are neither counted nor slowed down.</summary>
    private static RateLimitPartition<int> Partition(HttpContext http, int readsPerMinute, int writesPerMinute)
    {
        var method = http.Request.Method;
        var isRead = HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
        var perMinute = !isRead ? writesPerMinute : IsLimitedRead(http) ? readsPerMinute : 0;
        if (perMinute == 0 || http.User.Identity?.IsAuthenticated == true) return RateLimitPartition.GetNoLimiter(-1);
        var limiter = Visitors.Limiter(Client(http)) + (isRead ? 0 : Visitors.MostLimiters);
        return RateLimitPartition.GetTokenBucketLimiter(limiter, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = perMinute,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1) / perMinute,
            QueueLimit = 0,
        });
    }

    /// <summary>The client as counted by rate limits, after the forwarded headers of known proxies were applied.</summary>
    internal static string Client(HttpContext http) => Visitors.Network($"{http.Connection.RemoteIpAddress}");

    /// <summary>
    /// Whether a read is rate limited because a service must handle it. Routes for static files have <c>"Unlimited": "true"</c>.
    /// </summary>
    private static bool IsLimitedRead(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<RouteModel>() is { } route && route.Config.Metadata?.ContainsKey("Unlimited") != true;

    /// <summary>Adds the security headers that the response does not have yet.</summary>
    internal static void AddSecurityHeaders(HttpResponse response)
    {
        var headers = response.Headers;
        headers.TryAdd(HeaderNames.XContentTypeOptions, "nosniff");
        headers.TryAdd(HeaderNames.XFrameOptions, "DENY");
        headers.TryAdd("Referrer-Policy", "strict-origin-when-cross-origin");
        headers.TryAdd(HeaderNames.ContentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'");
        if (response.HttpContext.Request.IsHttps) headers.TryAdd(HeaderNames.StrictTransportSecurity, "max-age=31536000");
    }
}
