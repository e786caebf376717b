using System.Reflection;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Platform.EventSourcing;
using Platform.Messaging;
using Platform.Replays;
using Platform.Replays.Admin;
using Platform.Web;

namespace Platform.Hosting;

/// <summary>Sets up the infrastructure that every service needs.</summary>
public static class PlatformHost
{
    /// <summary>
    /// Adds the event store, the bus, the relay between them, replays, authentication, health, telemetry and problem documents.
    /// <paramref name="name"/> is the database schema, the queue prefix and the name in traces. Consumers are found in the calling
    /// assembly.
    /// </summary>
    public static WebApplicationBuilder AddPlatform(
        this WebApplicationBuilder builder,
        string name,
        Translate translate,
        Retold retold,
        Action<StoreOptions> readModels)
    {
        var assembly = Assembly.GetCallingAssembly();
        builder.AddEdge(name);
        builder.Services.AddSingleton(translate).AddSingleton(retold);
        builder.AddEventStore(name, assembly, (Action<StoreOptions>)ReplayProjection.Configure + readModels, ReadModel.VersionsOf);
        builder.AddBroker(name);
        builder.AddBus(name, assembly);
        builder.AddReplays(
            name,
            assembly,
            (provider, schema) => new DocumentStore(EventStore.Shadow(provider, name, schema, assembly, readModels)));
        return builder;
    }

    /// <summary>Adds the middleware and the endpoints that every service has. Call it before mapping slices.</summary>
    public static WebApplication MapPlatform(this WebApplication app)
    {
        app.MapEdge();
        app.Use((http, next) =>
        {
            if (http.User.FindFirst("sub") is { } subject) http.RequestServices.GetRequiredService<Actor>().Name = subject.Value;
            return next(http);
        });
        app.MapAdmin();
        return app;
    }
}
