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

namespace Platform.Hosting;

/// <summary>
/// What may be sent without signing in, and how often. The gateway limits all writes of a client; this limits the few kinds that robots
/// like, for each client and replica. Addresses are counted in memory and never kept: <c>Visitors:PerHour</c> (60; 0 = no limit).
/// </summary>
public static class Visitors
{
    /// <summary>How many limiters of one kind there are at most.</summary>
    public const int MostLimiters = 1 << 16;
    private const string Policy = "visitor";

    /// <summary>
    /// Adds the limit; endpoints ask for it with <see cref="LimitedPerVisitor"/>, the pipeline with <c>UseRateLimiter</c>.
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

    /// <summary>Each client may call it so many times in an hour; whoever is signed in, as often as they like.</summary>
    public static TBuilder LimitedPerVisitor<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireRateLimiting(Policy);

    /// <summary>People do not see the field "website"; what fills it in is no person, and is thanked and forgotten.</summary>
    public static bool IsRobot(string? website) => !string.IsNullOrEmpty(website);

    private static RateLimitPartition<int> Partition(HttpContext http, int perHour) =>
        perHour == 0 || http.User.Identity?.IsAuthenticated == true
            ? RateLimitPartition.GetNoLimiter(-1)
            : RateLimitPartition.GetSlidingWindowLimiter(
                Limiter(Client(http)),
                _ => new() { PermitLimit = perHour, Window = TimeSpan.FromHours(1), SegmentsPerWindow = 12, QueueLimit = 0 });

    /// <summary>
    /// The address of the client: the gateway sets the header to the client it sees, whatever that client had written there.
    /// </summary>
    public static string Address(HttpContext http) =>
        http.Request.Headers["X-Forwarded-For"].ToString() is { Length: > 0 } forwarded ? forwarded : $"{http.Connection.RemoteIpAddress}";

    /// <summary>The client as limits count it.</summary>
    public static string Client(HttpContext http) => Network(Address(http));

    /// <summary>
    /// The network that one client has to itself: an IPv4 address, also if it is mapped into IPv6, and the /64 of an IPv6 address, within
    /// which a client may choose any of 2^64.
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
    /// The number of the limiter that counts a client. There are at most <see cref="MostLimiters"/>, however many addresses are made up;
    /// the few clients that share one differ after each start.
    /// </summary>
    public static int Limiter(string client) => (int)((uint)client.GetHashCode(StringComparison.Ordinal) % MostLimiters);

    /// <summary>The answer to a client that reads or writes more often than a limit allows, here or at the gateway.</summary>
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
