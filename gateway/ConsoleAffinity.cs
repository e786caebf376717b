using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.SessionAffinity;

namespace Gateway;

/// <summary>
/// A person who works in the console stays at one replica of the portal, which holds their pages; by a cookie below <c>/console</c>. If
/// another replica answers because that one failed, the cookie names the other one from then on. Readers of the same cluster get no
/// cookie: it would be taken for credentials, and nothing would be kept for them.
/// </summary>
public sealed class ConsoleAffinity(IServiceProvider services) : ISessionAffinityPolicy
{
    // Asked for late: it is one of those among which this one stands.
    private ISessionAffinityPolicy Cookie =>
        field ??= services.GetServices<ISessionAffinityPolicy>().First(p => p.Name == SessionAffinityConstants.Policies.HashCookie);

    /// <inheritdoc />
    public string Name => "Console";

    /// <inheritdoc />
    public void AffinitizeResponse(HttpContext context, ClusterState cluster, SessionAffinityConfig config, DestinationState destination)
    {
        if (!IsConsole(context)) return;
        // If the policy found the cookie's replica, it notes that in the items of the request and sets no other cookie. That replica may
        // have failed since.
        var items = context.Items;
        if (Cookie.FindAffinitizedDestinations(context, cluster, config, [destination]).Status != AffinityStatus.OK)
            context.Items = new Dictionary<object, object?>();
        Cookie.AffinitizeResponse(context, cluster, config, destination);
        context.Items = items;
    }

    /// <inheritdoc />
    public AffinityResult FindAffinitizedDestinations(
        HttpContext context, ClusterState cluster, SessionAffinityConfig config, IReadOnlyList<DestinationState> destinations) =>
        IsConsole(context)
            ? Cookie.FindAffinitizedDestinations(context, cluster, config, destinations)
            : new AffinityResult(null, AffinityStatus.AffinityKeyNotSet);

    private static bool IsConsole(HttpContext http) => http.Request.Path.StartsWithSegments("/console");
}
