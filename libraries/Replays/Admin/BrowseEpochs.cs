using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Platform.EventSourcing;
using Platform.Web;

namespace Platform.Replays.Admin;

/// <summary>
/// <c>GET epochs</c>: the epochs of the service's store, newest first. Each epoch after the first began when the service detected that a
/// restore or a failover had lost events. It contains how many of the lost events other services had received, and names the newest of
/// them.
/// </summary>
public static class BrowseEpochs
{
    internal static void Map(IEndpointRouteBuilder admin) =>
        admin.MapGet("/epochs", async (StoreEpoch epochs, CancellationToken ct) => new Page<Epoch>(await epochs.All(ct), null))
            .RequiresViewer();
}
