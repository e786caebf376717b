using Gateway.Edge;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.SessionAffinity;

namespace Gateway;

/// <summary>
/// The routes and clusters of the gateway. <c>gateway/appsettings.json</c> lists the clusters and the routes of each API. What is the same
/// for all is added here: the routes to the description and to the operator surface of each service, and the settings of each cluster.
/// </summary>
public static class Routes
{
    // This cluster serves pages. It has no API that it describes, and no operator surface.
    private const string Portal = "portal";
    private static readonly string[] Reads = ["GET", "HEAD"], AdminWrites = ["POST", "DELETE"];

    /// <summary>Loads the routes and clusters. The settings and the list of replicas are read again when their files change.</summary>
    public static void AddRoutes(this WebApplicationBuilder builder)
    {
        if (builder.Configuration["Gateway:ClustersFile"] is { Length: > 0 } replicas)
            builder.Configuration.AddJsonFile(replicas, optional: true, reloadOnChange: true);
        builder.Services.AddSingleton<ISessionAffinityPolicy, ConsoleAffinity>().AddSingleton<IProbingRequestFactory, ReadinessProbe>();
        var settings = builder.Configuration.GetSection("ReverseProxy");
        var services = settings.GetSection("Clusters").GetChildren().Select(c => c.Key).Where(c => c != Portal);
        var proxy = builder.Services.AddReverseProxy()
            .LoadFromConfig(settings)
            .LoadFromMemory([.. services.SelectMany(RoutesOf)], [])
            .AddConfigFilter<ClusterDefaults>()
            .ConfigureHttpClient((_, handler) => handler.ConnectTimeout = RetryElsewhere.ConnectTimeout)
            .AddTransforms(RetryElsewhere.StopLimit);
        if (builder.Configuration.GetValue<bool>("Gateway:Dns"))
            proxy.AddDnsDestinationResolver(o => o.RefreshPeriod = TimeSpan.FromSeconds(5));
    }

    private static RouteConfig[] RoutesOf(string service)
    {
        return
        [
            Route("openapi", $"/openapi/{service}.json", Reads, "anonymous"),
            Route("admin-view", $"/admin/{service}/{{**rest}}", Reads, "viewer"),
            Route("admin", $"/admin/{service}/{{**rest}}", AdminWrites, "admin"),
        ];

        RouteConfig Route(string name, string path, string[] methods, string policy) => new()
        {
            RouteId = $"{service}-{name}",
            ClusterId = service,
            Match = new() { Path = path, Methods = methods },
            AuthorizationPolicy = policy,
        };
    }
}

/// <summary>The settings of every cluster. A setting of a cluster itself takes precedence.</summary>
public sealed class ClusterDefaults : IProxyConfigFilter
{
    private static readonly TimeSpan ActivityTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan HealthInterval = TimeSpan.FromSeconds(2), HealthTimeout = TimeSpan.FromSeconds(2);

    /// <inheritdoc />
    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel)
    {
        var request = cluster.HttpRequest ?? new ForwarderRequestConfig();
        var health = cluster.HealthCheck ?? new HealthCheckConfig();
        var active = health.Active ?? new ActiveHealthCheckConfig();
        return ValueTask.FromResult(cluster with
        {
            LoadBalancingPolicy = cluster.LoadBalancingPolicy ?? LoadBalancingPolicies.PowerOfTwoChoices,
            HttpRequest = request with { ActivityTimeout = request.ActivityTimeout ?? ActivityTimeout },
            HealthCheck = health with
            {
                AvailableDestinationsPolicy =
                    health.AvailableDestinationsPolicy ?? HealthCheckConstants.AvailableDestinations.HealthyOrPanic,
                Active = active with
                {
                    Enabled = active.Enabled ?? true,
                    Interval = active.Interval ?? HealthInterval,
                    Timeout = active.Timeout ?? HealthTimeout,
                    Policy = active.Policy ?? HealthCheckConstants.ActivePolicy.ConsecutiveFailures,
                    Path = active.Path ?? "/health/ready",
                },
            },
        });
    }

    /// <inheritdoc />
    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel) =>
        ValueTask.FromResult(route);
}
