using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Platform.Web;

/// <summary>
/// The security log: sign-ins, refusals, and actions of people with roles that affect others. It has one category in every process, so that
/// it can be collected separately. People are identified by the subject of their token. Data of visitors is never logged: no names, no
/// addresses or their hashes, and no texts. The trace id leads to the stored events, which contain the details.
/// </summary>
public sealed partial class SecurityLog(ILoggerFactory logs)
{
    /// <summary>The log category.</summary>
    public const string Category = "Platform.Security";

    private readonly ILogger _log = logs.CreateLogger(Category);

    /// <summary>A person signed in to the console; <paramref name="way"/> says how.</summary>
    public void SignedIn(string? actor, string way, IEnumerable<string> roles) =>
        LogAction("signed-in", actor ?? "unknown", $"by {way}, roles: {string.Join(' ', roles)}", Activity.Current?.Id);

    /// <summary>A sign-in to the console was refused.</summary>
    public void SignInRefused(string way, string reason) =>
        LogRefusal("sign-in-refused", "unknown", $"by {way}: {reason}", Activity.Current?.Id);

    /// <summary>A console session ended.</summary>
    public void SignedOut(string? actor, string reason) => LogAction("signed-out", actor ?? "unknown", reason, Activity.Current?.Id);

    /// <summary>A token was rejected.</summary>
    public void TokenRefused(HttpContext http, Exception reason) =>
        LogRefusal("token-refused", "unknown", $"{Route(http)}: {reason.GetType().Name}", Activity.Current?.Id);

    /// <summary>A token was valid, but lacks a required role.</summary>
    public void RoleRefused(HttpContext http) => LogRefusal("role-refused", Subject(http), Route(http), Activity.Current?.Id);

    /// <summary>Stored data was read unmasked, including personal fields and unpublished drafts.</summary>
    public void RawDataRead(HttpContext http) => LogAction("raw-data-read", Subject(http), Route(http), Activity.Current?.Id);

    /// <summary>A moderator or admin did something that affects others, such as a ban, an erasure or a replay.</summary>
    public void Acted(string action, string actor, string what) => LogAction(action, actor, what, Activity.Current?.Id);

    /// <summary>The security log of the process that serves this request.</summary>
    public static SecurityLog Of(HttpContext http) => http.RequestServices.GetRequiredService<SecurityLog>();

    private static string Subject(HttpContext http) => http.User.FindFirst("sub")?.Value ?? "unknown";

    /// <summary>The route pattern instead of the path, because paths contain ids of people and codes.</summary>
    private static string Route(HttpContext http) =>
        $"{http.Request.Method} {(http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "unknown"}";

    [LoggerMessage(Level = LogLevel.Information, Message = "{Action} by {Actor}: {What} (trace {Trace})")]
    private partial void LogAction(string action, string actor, string what, string? trace);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Action} by {Actor}: {What} (trace {Trace})")]
    private partial void LogRefusal(string action, string actor, string what, string? trace);
}
