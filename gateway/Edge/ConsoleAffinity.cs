using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.SessionAffinity;

namespace Gateway.Edge;

/// <summary>
/// Keeps a person who uses the console at the portal replica that holds their pages, with a cookie below <c>/console</c>. If another
/// replica answers because that one failed, the cookie then names the other one. Readers of the same cluster get no cookie: any replica can
/// serve them, and their responses must stay cacheable.
/// </summary>
public sealed class ConsoleAffinity(IServiceProvider services) : ISessionAffinityPolicy
{
    // Resolved lazily, because this policy is one of the registered policies.
    private ISessionAffinityPolicy Cookie =>
        field ??= services.GetServices<ISessionAffinityPolicy>().First(p => p.Name == SessionAffinityConstants.Policies.HashCookie);

    /// <inheritdoc />
    public string Name => "Console";

    /// <inheritdoc />
    public void AffinitizeResponse(HttpContext context, ClusterState cluster, SessionAffinityConfig config, DestinationState destination)
    {
        if (!IsConsole(context)) return;
        // If the cookie policy found the replica, it has noted that in the items of the request and would not set another cookie. That
        // replica may have failed since, so the items are hidden from it.
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
