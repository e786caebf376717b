using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Platform.Hosting;

/// <summary>
/// What may be sent without signing in, and how often. The gateway limits all writes of a client; this limits the few kinds that robots like, for each client and
/// replica. Addresses are counted in memory and never kept: <c>Visitors:PerHour</c> (60; 0 = no limit).
/// </summary>
public static class Visitors
{
    private const string Policy = "visitor";

    /// <summary>Adds the limit; endpoints ask for it with <see cref="LimitedPerVisitor"/>, the pipeline with <c>UseRateLimiter</c>.</summary>
    public static void AddVisitorLimits(this WebApplicationBuilder builder)
    {
        var perHour = builder.Configuration.GetValue("Visitors:PerHour", 60);
        builder.Services.AddRateLimiter(o =>
        {
            o.AddPolicy(Policy, http => Partition(http, perHour));
            o.OnRejected = TooMany;
        });
    }

    /// <summary>Each client may call it so many times in an hour; whoever is signed in, as often as they like.</summary>
    public static TBuilder LimitedPerVisitor<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder => endpoint.RequireRateLimiting(Policy);

    /// <summary>People do not see the field "website"; what fills it in is no person, and is thanked and forgotten.</summary>
    public static bool IsRobot(string? website) => !string.IsNullOrEmpty(website);

    private static RateLimitPartition<string> Partition(HttpContext http, int perHour) =>
        perHour == 0 || http.User.Identity?.IsAuthenticated == true
            ? RateLimitPartition.GetNoLimiter("")
            : RateLimitPartition.GetSlidingWindowLimiter(Client(http), _ => new() { PermitLimit = perHour, Window = TimeSpan.FromHours(1), SegmentsPerWindow = 12, QueueLimit = 0 });

    /// <summary>Who asks: the gateway sets it to the client it sees, whatever that client had written there.</summary>
    public static string Client(HttpContext http) => http.Request.Headers["X-Forwarded-For"].ToString() is { Length: > 0 } forwarded ? forwarded : $"{http.Connection.RemoteIpAddress}";

    /// <summary>What anybody hears who writes more often than a limit allows, here or at the gateway.</summary>
    public static async ValueTask TooMany(OnRejectedContext rejected, CancellationToken ct)
    {
        var http = rejected.HttpContext;
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromMinutes(5);
        http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        http.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        await http.RequestServices.GetRequiredService<IProblemDetailsService>().WriteAsync(new()
        {
            HttpContext = http,
            ProblemDetails = new ProblemDetails { Status = 429, Type = "urn:problem-type:too-many-writes", Title = "You write too often", Detail = "Wait as long as Retry-After says, then go on." },
        });
    }
}
