using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Platform.EventSourcing;

namespace Platform.Hosting.Admin;

/// <summary>
/// <c>GET epochs</c>: the epochs of the service's store, the newest first. Each but the first began when a restore or a failover was found
/// to have lost events; it says how many others had heard of, and names the newest of them.
/// </summary>
public static class BrowseEpochs
{
    internal static void Map(IEndpointRouteBuilder admin) =>
        admin.MapGet("/epochs", async (StoreEpoch epochs, CancellationToken ct) => new Page<Epoch>(await epochs.All(ct), null)).Looks();
}
