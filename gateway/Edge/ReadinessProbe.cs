using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace Gateway.Edge;

/// <summary>
/// The request with which the gateway checks every two seconds whether a replica is ready. It asks only for the checks that decide this.
/// The other checks read the database for operators, and would do so for each probe of each gateway.
/// </summary>
public sealed class ReadinessProbe : IProbingRequestFactory
{
    /// <inheritdoc />
    public HttpRequestMessage CreateRequest(ClusterModel cluster, DestinationModel destination)
    {
        var replica = destination.Config;
        var address = new Uri(replica.Health is { Length: > 0 } health ? health : replica.Address);
        return new(HttpMethod.Get, new Uri(address, $"{cluster.Config.HealthCheck?.Active?.Path}?checks=ready"));
    }
}
