using System.Text.Json.Nodes;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Configuration;

namespace Gateway;

/// <summary>
/// <c>GET /status</c> for operators and admins: every replica of every service with the health report that it returns (version, store, bus,
/// relay and its lag). A replica that does not answer within two seconds is "Unreachable". The gateway calls the <c>Health</c> address of
/// the destination, which is the operator port of the replica; requests of readers only go to <c>Address</c>.
/// </summary>
public static class Status
{
    private static readonly TimeSpan ReplicaTimeout = TimeSpan.FromSeconds(2);

    public static void Map(WebApplication app)
    {
        var http = new HttpClient { Timeout = ReplicaTimeout };
        app.MapGet("/status", async (IProxyStateLookup proxy, CancellationToken ct) =>
        {
            var services = await Task.WhenAll(
                proxy.GetClusters().OrderBy(c => c.ClusterId).Select(async cluster => new ServiceStatus(cluster.ClusterId,
                    await Task.WhenAll(cluster.Destinations.Values.OrderBy(d => d.DestinationId)
                        .Select(d => ReplicaStatusOf(http, d.DestinationId, d.Model.Config, ct))))));
            return new PlatformStatus(
                services.All(s => s.Replicas.Count > 0 && s.Replicas.All(r => r.Status == "Healthy")) ? "Healthy" : "Degraded", services);
        }).RequireAuthorization("viewer");
    }

    // A replica without an operator port reports only whether it is ready.
    private static string StatusOf(JsonNode? report) => (string?)report?["status"] switch
    {
        "ready" => "Healthy",
        "unavailable" => "Unhealthy",
        var status => status ?? "Unknown",
    };

    private static async Task<ReplicaStatus> ReplicaStatusOf(HttpClient http, string name, DestinationConfig replica, CancellationToken ct)
    {
        var address = replica.Address;
        try
        {
            using var answer = await http.GetAsync(new Uri(new Uri(replica.Health ?? address), "health/ready"), ct);
            var report = JsonNode.Parse(await answer.Content.ReadAsStreamAsync(ct));
            return new ReplicaStatus(name, address, StatusOf(report), report);
        }
        catch (Exception e) when (e is HttpRequestException or System.Text.Json.JsonException
            || (e is TaskCanceledException && !ct.IsCancellationRequested))
        {
            return new ReplicaStatus(name, address, "Unreachable", null);
        }
    }
}

/// <summary><c>status</c>: Healthy, or Degraded if any replica is not healthy.</summary>
public sealed record PlatformStatus(string Status, IReadOnlyList<ServiceStatus> Services);

/// <summary>One service and its replicas, as this gateway knows them.</summary>
public sealed record ServiceStatus(string Service, IReadOnlyList<ReplicaStatus> Replicas);

/// <summary>
/// <c>status</c>: Healthy, Degraded (it serves requests, but events are pending), Unhealthy or Unreachable; <c>says</c>: the health report
/// of the replica.
/// </summary>
public sealed record ReplicaStatus(string Name, string Address, string Status, JsonNode? Says);
