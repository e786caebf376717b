using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.SessionAffinity;

namespace Gateway;

/// <summary>
/// Whoever works in the console stays at one replica of the portal, which holds their pages; by a cookie below <c>/console</c>. Readers of the same cluster stay nowhere: a cookie of
/// theirs would be taken for credentials, and nothing would be kept for them.
/// </summary>
public sealed class ConsoleAffinity(IServiceProvider services) : ISessionAffinityPolicy
{
    // Asked for late: it is one of those among which this one stands.
    private ISessionAffinityPolicy Cookie => field ??= services.GetServices<ISessionAffinityPolicy>().First(p => p.Name == SessionAffinityConstants.Policies.HashCookie);

    /// <inheritdoc />
    public string Name => "Console";

    /// <inheritdoc />
    public void AffinitizeResponse(HttpContext context, ClusterState cluster, SessionAffinityConfig config, DestinationState destination)
    {
        if (IsConsole(context)) Cookie.AffinitizeResponse(context, cluster, config, destination);
    }

    /// <inheritdoc />
    public AffinityResult FindAffinitizedDestinations(HttpContext context, ClusterState cluster, SessionAffinityConfig config, IReadOnlyList<DestinationState> destinations) =>
        IsConsole(context) ? Cookie.FindAffinitizedDestinations(context, cluster, config, destinations) : new AffinityResult(null, AffinityStatus.AffinityKeyNotSet);

    private static bool IsConsole(HttpContext http) => http.Request.Path.StartsWithSegments("/console");
}
