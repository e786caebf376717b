using System.Reflection;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Platform.EventSourcing;
using Platform.Web;

namespace Platform.Replays.Admin;

/// <summary>
/// The admin endpoints below <c>/admin/{service}/</c>, the same for every service. Operators may call those that only read, and do not see
/// confidential data (<see cref="Masking"/>).
/// </summary>
public static class AdminSurface
{
    /// <summary>
    /// Adds replays. <paramref name="shadow"/> creates a store with the same read models, whose tables are in another schema.
    /// </summary>
    public static void AddReplays(
        this WebApplicationBuilder builder,
        string name,
        Assembly service,
        Func<IServiceProvider, string, IDocumentStore> shadow)
    {
        var services = builder.Services;
        services.AddSingleton(new ServiceName(name)).AddSingleton(new StateTypes(service)).AddSingleton(new Masking(service));
        services.AddSingleton(new RebuildingOutdated(builder.Configuration.GetValue("Replays:RebuildOutdated", true)));
        services.AddSingleton<ReadModelVersions>().AddHostedService(provider => provider.GetRequiredService<ReadModelVersions>());
        services.AddHealthChecks().AddCheck<ReplicasHealth>("replicas", tags: [Health.InformationTag]);
        services.AddSingleton<EpochReplays>()
            .AddSingleton<EpochBegan>(provider => (epoch, ct) => provider.GetRequiredService<EpochReplays>().Request(epoch, ct))
            .AddSingleton<KnownQueues>(provider => ct => RepublishEvents.RefilledQueues(provider.GetRequiredService<IDocumentStore>(), ct))
            .AddSingleton<Republisher>()
            .AddSingleton<Failures>()
            .AddSingleton<HandleFailures>()
            .AddSingleton<RepublishEvents>()
            .AddSingleton<Consumers>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<RebuildReadModel>(
            provider, (Func<string, IDocumentStore>)(schema => shadow(provider, schema))));
        services.AddSingleton<IReplayTarget>(p => p.GetRequiredService<RebuildReadModel>())
            .AddSingleton<IReplayTarget>(p => p.GetRequiredService<RepublishEvents>())
            .AddSingleton<IReplayTarget>(p => p.GetRequiredService<HandleFailures>());
        services.AddSingleton<UnusedSchema>().AddSingleton<IReplayTarget>(p => p.GetRequiredService<UnusedSchema>());
        services.AddSingleton<EventTimes>().AddSingleton<IReplayTarget>(p => p.GetRequiredService<EventTimes>());
        services.AddHealthChecks().AddCheck<EventTimes>("event-times", tags: [Health.ReadyTag]);
        services.AddScoped<ReplayRequests>();
        services.AddSingleton<ReplaySignal>()
            .ConfigureMarten((provider, store) => store.Listeners.Add(provider.GetRequiredService<ReplaySignal>()))
            .AddHostedService<ReplayRunner>();
    }

    /// <summary>Maps the endpoints.</summary>
    public static void MapAdmin(this WebApplication app)
    {
        var name = app.Services.GetRequiredService<ServiceName>().Name;
        var admin = app.MapGroup($"/admin/{name}").AddEndpointFilter(async (context, next) =>
        {
            context.HttpContext.Response.Headers.CacheControl = "no-store";
            return await next(context);
        });
        admin.MapGet("/replicas", async (Replicas replicas, ReadModelVersions models, CancellationToken ct) =>
        {
            var running = await replicas.Running(ct);
            return new ReplicaVersions(running, replicas.Differences(running), await models.Outdated(ct));
        }).RequiresViewer();
        BrowseEvents.Map(admin);
        BrowseStreams.Map(admin);
        admin.MapGet("/consumers", async (Consumers consumers, CancellationToken ct) => new { items = await consumers.All(ct) })
            .RequiresViewer();
        BrowseCopies.Map(admin);
        BrowseEpochs.Map(admin);
        ReplayRequests.Map(admin);
        FailureRequests.Map(admin);
    }

    /// <summary>Requires a role that may view what admins do.</summary>
    internal static RouteHandlerBuilder RequiresViewer(this RouteHandlerBuilder endpoint) => endpoint.Requires(Roles.Admin, Roles.Operator);
}

/// <summary>
/// The replicas of a service that are running. <c>differences</c>: why operations that need equal versions are refused, or null if all
/// versions are equal; <c>outdatedReadModels</c>: read models that were written by other code.
/// </summary>
public sealed record ReplicaVersions(
    IReadOnlyList<RunningReplica> Replicas, string? Differences, IReadOnlyList<OutdatedReadModel> OutdatedReadModels);
