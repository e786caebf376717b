using System.Reflection;
using JasperFx;
using JasperFx.Events;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Postgres;
using Platform.Web;

namespace Platform.EventSourcing;

/// <summary>Sets up the event store of a service and the relay that publishes its events.</summary>
public static class EventStore
{
    /// <summary>
    /// Adds the store. <paramref name="name"/> is the name of the service and, with underscores, of the schema. <paramref name="assembly"/>
    /// contains the states of the service, and <paramref name="configure"/> adds its read models. <paramref name="readModelVersions"/>
    /// lists the versions of the read models of a store.
    /// </summary>
    public static void AddEventStore(
        this WebApplicationBuilder builder,
        string name,
        Assembly assembly,
        Action<StoreOptions> configure,
        Func<IDocumentStore, string> readModelVersions)
    {
        // Marten logs the parameters of failed statements, even after a lost race, and they contain personal data. The exception reaches a
        // caller that logs or handles it.
        builder.Logging.AddFilter("Marten.IDocumentStore", LogLevel.None);
        var services = builder.Services;
        services.AddSingleton(new ReplicaName(builder.Configuration.Replica(name)));
        services.AddHostedService<EventTypes>();
        // Registered before everything that uses the tables.
        services.AddSingleton<Migration>().AddHostedService(provider => provider.GetRequiredService<Migration>());
        services.AddSingleton(provider =>
        {
            var store = provider.GetRequiredService<IDocumentStore>();
            return ReplicaVersion.Of(store, Settings.Version(assembly), readModelVersions(store));
        });
        services.AddSingleton<Replicas>().AddHostedService(provider => provider.GetRequiredService<Replicas>());
        services.AddSingleton<EventTables>();
        services.AddSingleton<GroupCommit>().AddHostedService(provider => provider.GetRequiredService<GroupCommit>());
        services.AddSingleton<AppendSignal>().AddHostedService(provider => provider.GetRequiredService<AppendSignal>());
        services.AddSingleton<AppendListener>();
        builder.AddDatabase(name);
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<LockSessions>(
            provider, provider.GetRequiredService<Database>().Open(LockSessions.Configure)));
        services.AddMarten(provider =>
        {
            var options = Options(provider, name.Replace('-', '_'), assembly);
            options.AutoCreateSchemaObjects = AutoCreate.None; // see Migration
            options.Events.TimeProvider = provider.GetRequiredService<TimeProvider>();
            options.Listeners.Add(provider.GetRequiredService<AppendSignal>());
            Relay.Configure(options);
            configure(options);
            return options;
        });
        services.AddScoped(provider => provider.GetRequiredService<IDocumentStore>().QuerySession(new Marten.Services.SessionOptions
        {
            Tracking = DocumentTracking.QueryOnly,
            Timeout = (int)Limits.Reading.TotalSeconds,
        }));
        services.AddScoped<Actor>().AddScoped<Decider>().AddScoped<BulkDecider>();
        services.AddSingleton<ConfirmedPublisher>();
        services.AddSingleton<StoreEpoch>().AddHostedService(provider => provider.GetRequiredService<StoreEpoch>());
        services.AddSingleton<IStoreEpoch>(provider => provider.GetRequiredService<StoreEpoch>());
        services.AddSingleton<Relay>().AddHostedService(provider => provider.GetRequiredService<Relay>());
        services.AddSingleton<RelayInspection>();
        services.AddHealthChecks().AddCheck<StoreHealth>("store", tags: [Health.ReadyTag]);
        services.AddSingleton<RelayHealth>().AddHealthChecks().AddCheck<RelayHealth>("relay", tags: [Health.InformationTag]);
    }

    /// <summary>
    /// Options for the same read models in another schema, whose tables are created by a replay. No events are appended through this store.
    /// </summary>
    public static StoreOptions Shadow(
        IServiceProvider provider,
        string name,
        string schema,
        Assembly assembly,
        Action<StoreOptions> readModels)
    {
        var options = Options(provider, schema, assembly);
        options.Events.DatabaseSchemaName = name.Replace('-', '_');
        options.AutoCreateSchemaObjects = AutoCreate.None;
        options.DisableNpgsqlLogging = true;
        readModels(options);
        return options;
    }

    private static StoreOptions Options(IServiceProvider provider, string schema, Assembly assembly)
    {
        var options = new StoreOptions { DatabaseSchemaName = schema, ApplicationAssembly = assembly };
        options.Connection(provider.GetRequiredService<NpgsqlDataSource>());
        options.UseStoredJson();
        options.Policies.DisableInformationalFields();
        options.Events.StreamIdentity = StreamIdentity.AsString;
        options.Events.AppendMode = EventAppendMode.Quick;
        options.Events.MetadataConfig.CorrelationIdEnabled = true;
        options.Events.MetadataConfig.UserNameEnabled = true;
        return options;
    }
}
