using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Platform.Hosting;
using Yarp.ReverseProxy.Model;

namespace Gateway;

/// <summary>
/// What stands between the internet and the services: who may write how often, whose forwarded address is believed, which sites may call.
/// </summary>
public static class Protection
{
    /// <summary>
    /// Settings: <c>Gateway:WritesPerMinute</c> of one client (120; 0 = no limit), <c>Gateway:ReadsPerMinute</c> of one client that the
    /// cache cannot answer (five times the writes; 0 = no limit), <c>Gateway:KnownProxies</c> (addresses or networks whose X-Forwarded-*
    /// is believed; none), <c>Gateway:InternalPort</c> (a port of this process whose callers are all believed, because only the portal
    /// reaches it; none), <c>Gateway:Origins</c> (sites whose scripts may call; none, or *).
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

    /// <summary>First in the pipeline: everything after it sees the client's own address.</summary>
    public static void UseForwarded(this WebApplication app)
    {
        var ofProxies = app.Services.GetRequiredService<IOptions<ForwardedHeadersOptions>>().Value;
        var ofEverybody = new ForwardedHeadersOptions { ForwardedHeaders = ofProxies.ForwardedHeaders };
        ofEverybody.KnownProxies.Clear();
        ofEverybody.KnownIPNetworks.Clear();
        // The port is the server's own knowledge: unlike an address or a header, no caller can pretend to have used another one.
        if (app.Configuration.GetValue<int?>("Gateway:InternalPort") is { } port)
            app.UseWhen(http => http.Connection.LocalPort == port, inside => inside.UseForwardedHeaders(ofEverybody));
        // If no proxy is known ASP.NET would believe everybody.
        if (ofProxies.KnownProxies.Count + ofProxies.KnownIPNetworks.Count > 0) app.UseForwardedHeaders();
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

    /// <summary>Compresses answers on their way out. An answer to HEAD says how the answer to a GET would be coded.</summary>
    public static void UseCompression(this WebApplication app)
    {
        app.UseResponseCompression();
        app.Use((http, next) => http.IsHead() ? WithoutBody(http, next) : next(http));

        static async Task WithoutBody(HttpContext http, RequestDelegate next)
        {
            await next(http);
            // The coding is decided with the first byte of a body, which a service does not send for HEAD.
            var response = http.Response;
            if (!response.HasStarted && response.ContentType is not null) await response.Body.WriteAsync(ReadOnlyMemory<byte>.Empty);
        }
    }

    /// <summary>The limiter of a request. What the cache answers never comes here, so that a hit costs nothing.</summary>
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

    /// <summary>The client as limits count it: the known proxies' word for its address has been taken.</summary>
    internal static string Client(HttpContext http) => Visitors.Network($"{http.Connection.RemoteIpAddress}");

    /// <summary>A read that a service works for. Routes of files that browsers keep say <c>"Unlimited": "true"</c>.</summary>
    private static bool IsLimitedRead(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<RouteModel>() is { } route && route.Config.Metadata?.ContainsKey("Unlimited") != true;

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
