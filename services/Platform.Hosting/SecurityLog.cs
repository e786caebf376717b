using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Platform.Hosting;

/// <summary>
/// The security log: signing in and out, refusals, and what people with roles do that touches others. One category in every process, so
/// that it can be collected apart from the rest. People are named by the subject of their token; what visitors left is never in it, neither
/// a name, an address or its hash, nor a text. The trace leads to the stored events, which say more.
/// </summary>
public sealed partial class SecurityLog(ILoggerFactory logs)
{
    /// <summary>The category.</summary>
    public const string Category = "Platform.Security";

    private readonly ILogger _log = logs.CreateLogger(Category);

    /// <summary>Somebody signed in at the console; <paramref name="way"/> says how.</summary>
    public void SignedIn(string? actor, string way, IEnumerable<string> roles) =>
        Done("signed-in", actor ?? "unknown", $"by {way}, roles: {string.Join(' ', roles)}", Activity.Current?.Id);

    /// <summary>Somebody could not sign in at the console.</summary>
    public void SignInRefused(string way, string reason) =>
        Refused("sign-in-refused", "unknown", $"by {way}: {reason}", Activity.Current?.Id);

    /// <summary>A session at the console ended.</summary>
    public void SignedOut(string? actor, string reason) => Done("signed-out", actor ?? "unknown", reason, Activity.Current?.Id);

    /// <summary>A token was not believed.</summary>
    public void TokenRefused(HttpContext http, Exception reason) =>
        Refused("token-refused", "unknown", $"{Route(http)}: {reason.GetType().Name}", Activity.Current?.Id);

    /// <summary>A token was believed, and its roles do not suffice.</summary>
    public void RoleRefused(HttpContext http) => Refused("role-refused", Subject(http), Route(http), Activity.Current?.Id);

    /// <summary>Stored data was read as it is, personal fields and unpublished drafts included.</summary>
    public void RawDataRead(HttpContext http) => Done("raw-data-read", Subject(http), Route(http), Activity.Current?.Id);

    /// <summary>A moderator or admin did something to others: banned a person, erased what one left, began a replay.</summary>
    public void Acted(string action, string actor, string what) => Done(action, actor, what, Activity.Current?.Id);

    /// <summary>The log of the process that serves a request.</summary>
    public static SecurityLog Of(HttpContext http) => http.RequestServices.GetRequiredService<SecurityLog>();

    private static string Subject(HttpContext http) => http.User.FindFirst("sub")?.Value ?? "unknown";

    /// <summary>The pattern of the route, not the path: paths hold ids of people and codes.</summary>
    private static string Route(HttpContext http) =>
        $"{http.Request.Method} {(http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "unknown"}";

    [LoggerMessage(Level = LogLevel.Information, Message = "{Action} by {Actor}: {What} (trace {Trace})")]
    private partial void Done(string action, string actor, string what, string? trace);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Action} by {Actor}: {What} (trace {Trace})")]
    private partial void Refused(string action, string actor, string what, string? trace);
}
