using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Platform.Web;

/// <summary>
/// Limits what visitors may send without signing in. The gateway limits all writes of a client; this limits the few endpoints that attract
/// bots, per client and replica: <c>Visitors:PerHour</c> (60; 0 = no limit). Addresses are counted in memory and never stored.
/// </summary>
public static class Visitors
{
    /// <summary>Maximum number of limiters of one kind.</summary>
    public const int MostLimiters = 1 << 16;
    private const string Policy = "visitor";

    /// <summary>
    /// Adds the limit. Endpoints opt in with <see cref="RateLimitedPerVisitor"/>; the pipeline needs <c>UseRateLimiter</c>.
    /// </summary>
    public static void AddVisitorLimits(this WebApplicationBuilder builder)
    {
        var perHour = builder.Configuration.GetValue("Visitors:PerHour", 60);
        builder.Services.AddRateLimiter(o =>
        {
            o.AddPolicy(Policy, http => Partition(http, perHour));
            o.OnRejected = TooMany;
        });
    }

    /// <summary>Limits the calls of each client per hour; people who are signed in are not limited.</summary>
    public static TBuilder RateLimitedPerVisitor<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireRateLimiting(Policy);

    /// <summary>
    /// Whether the honeypot field "website" was filled in. People do not see it, so a bot sent the form; the bot gets the normal response,
    /// and the submission is discarded.
    /// </summary>
    public static bool IsHoneypotFilled(string? website) => !string.IsNullOrEmpty(website);

    private static RateLimitPartition<int> Partition(HttpContext http, int perHour) =>
        perHour == 0 || http.User.Identity?.IsAuthenticated == true
            ? RateLimitPartition.GetNoLimiter(-1)
            : RateLimitPartition.GetSlidingWindowLimiter(
                Limiter(Client(http)),
                _ => new() { PermitLimit = perHour, Window = TimeSpan.FromHours(1), SegmentsPerWindow = 12, QueueLimit = 0 });

    /// <summary>
    /// The address of the client. The gateway overwrites the header with the address that it sees, so clients cannot forge it.
    /// </summary>
    public static string Address(HttpContext http) =>
        http.Request.Headers["X-Forwarded-For"].ToString() is { Length: > 0 } forwarded ? forwarded : $"{http.Connection.RemoteIpAddress}";

    /// <summary>The client as counted by rate limits.</summary>
    public static string Client(HttpContext http) => Network(Address(http));

    /// <summary>
    /// The network that belongs to one client: an IPv4 address, also if it is mapped into IPv6, or the /64 of an IPv6 address, because a
    /// client can choose among its 2^64 addresses.
    /// </summary>
    public static string Network(string address)
    {
        if (!IPAddress.TryParse(address, out var ip)) return address;
        if (ip.IsIPv4MappedToIPv6) ip = ip.MapToIPv4();
        if (ip.AddressFamily != AddressFamily.InterNetworkV6) return ip.ToString();
        Span<byte> bytes = stackalloc byte[16];
        ip.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return $"{new IPAddress(bytes)}/64";
    }

    /// <summary>
    /// The number of the limiter that counts a client. There are at most <see cref="MostLimiters"/>, however many addresses an attacker
    /// invents. Which clients share a limiter changes with each start.
    /// </summary>
    public static int Limiter(string client) => (int)((uint)client.GetHashCode(StringComparison.Ordinal) % MostLimiters);

    /// <summary>Writes the 429 for a client that exceeds a limit, here or at the gateway.</summary>
    public static async ValueTask TooMany(OnRejectedContext rejected, CancellationToken ct)
    {
        var http = rejected.HttpContext;
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromMinutes(5);
        http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        http.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        await http.RequestServices.GetRequiredService<IProblemDetailsService>().WriteAsync(new()
        {
            HttpContext = http,
            ProblemDetails = new ProblemDetails
            {
                Status = 429,
                Type = $"urn:problem-type:too-many-{(HttpMethods.IsGet(http.Request.Method) || http.IsHead() ? "reads" : "writes")}",
                Title = "Too many requests",
                Detail = "Retry after the number of seconds in Retry-After.",
            },
        });
    }
}
