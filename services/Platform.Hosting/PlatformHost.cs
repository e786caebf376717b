using System.Reflection;
using JasperFx;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using MassTransit;
using MassTransit.Middleware;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.EventSourcing;
using Platform.EventSourcing.Replays;
using Platform.Hosting.Admin;
using Platform.Hosting.OpenApi;

namespace Platform.Hosting;

/// <summary>Sets up the infrastructure that every service needs.</summary>
public static class PlatformHost
{
    /// <summary>
    /// Adds the event store, the bus, the relay between them, authentication, health, telemetry and problem documents.
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
        var queues = new ConsumedQueues();
        builder.AddEventStore(name, readModels, assembly);
        builder.AddBus(name, assembly, queues);
        builder.AddAdmin(
            name, assembly, queues, (provider, schema) => new DocumentStore(Shadow(provider, name, schema, readModels, assembly)));
        builder.Services.AddSingleton(translate).AddSingleton(retold);
        builder.Services.AddScoped<Actor>().AddScoped<Decider>().AddScoped<BulkDecider>();
        return builder;
    }

    /// <summary>Adds what every HTTP process needs, with or without a store. The gateway and the portal call only this.</summary>
    public static WebApplicationBuilder AddEdge(this WebApplicationBuilder builder, string name)
    {
        AppContext.SetData("REGEX_DEFAULT_MATCH_TIMEOUT", Limits.Matching);
        // No log output includes scopes, and each request would pay for creating one (docs/decisions/0075).
        builder.Services.Configure<LoggerFilterOptions>(o => o.CaptureScopes = false);
        if (Console.IsOutputRedirected)
            builder.Logging.AddJsonConsole(o => { o.UseUtcTimestamp = true; o.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ"; });
        builder.WebHost.ConfigureKestrel(k => { k.AddServerHeader = false; k.Limits.MaxRequestBodySize = Limits.Body; });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<SecurityLog>();
        builder.Logging.AddFilter(SecurityLog.Category, LogLevel.Information); // whatever the level of the rest
        builder.Services.ConfigureHttpJsonOptions(o => Json.ConfigureHttp(o.SerializerOptions));
        builder.AddHeadRequests();
        builder.AddProblems();
        builder.AddSignIn();
        builder.AddTelemetry(name);
        builder.AddHealth();
        builder.AddInterfaceDescription(name);
        return builder;
    }

    /// <summary>Adds the middleware and the endpoints that every process has. Call it before mapping slices.</summary>
    public static WebApplication MapPlatform(this WebApplication app)
    {
        app.UseProblems();
        app.UseAuthentication();
        app.UseAuthorization();
        app.Use(ValidDates.CheckParameters);
        app.Use((http, next) =>
        {
            if (http.User.FindFirst("sub") is { } subject && http.RequestServices.GetService<Actor>() is { } actor)
                actor.Name = subject.Value;
            return next(http);
        });
        app.MapHealth();
        app.MapAdmin();
        app.MapOpenApi().AllowAnonymous();
        return app;
    }

    private static void AddEventStore(this WebApplicationBuilder builder, string name, Action<StoreOptions> readModels, Assembly assembly)
    {
        // Marten logs the parameters of failed statements, even after a lost race, and they contain personal data. The exception reaches a
        // caller that logs or handles it.
        builder.Logging.AddFilter("Marten.IDocumentStore", LogLevel.None);
        // Registered first, because everything below uses the tables.
        builder.Services.AddSingleton<Migration>().AddHostedService(provider => provider.GetRequiredService<Migration>());
        builder.Services.AddSingleton(provider => ReplicaVersion.Of(provider.GetRequiredService<IDocumentStore>(), Version(assembly)));
        builder.Services.AddSingleton<Replicas>().AddHostedService(provider => provider.GetRequiredService<Replicas>());
        builder.Services.AddSingleton(new RebuildingOutdated(builder.Configuration.GetValue("Replays:RebuildOutdated", true)));
        builder.Services.AddSingleton<ReadModelVersions>().AddHostedService(provider => provider.GetRequiredService<ReadModelVersions>());
        builder.Services.AddHealthChecks().AddCheck<ReplicasHealth>("replicas", tags: [Health.InformationTag]);
        builder.Services.AddSingleton<GroupCommit>().AddHostedService(provider => provider.GetRequiredService<GroupCommit>());
        builder.Services.AddSingleton<AppendSignal>().AddHostedService(provider => provider.GetRequiredService<AppendSignal>());
        builder.Services.AddSingleton<AppendListener>();
        builder.AddDatabase(name);
        builder.Services.AddSingleton(provider =>
            ActivatorUtilities.CreateInstance<LockSessions>(
                provider, provider.GetRequiredService<Database>().Open(LockSessions.Configure)));
        builder.Services.AddMarten(provider =>
        {
            var options = Options(provider, name.Replace('-', '_'), assembly);
            options.AutoCreateSchemaObjects = AutoCreate.None; // see Migration
            options.Events.TimeProvider = provider.GetRequiredService<TimeProvider>();
            options.Listeners.Add(provider.GetRequiredService<AppendSignal>());
            Relay.Configure(options);
            options.Projections.Add(new ReplayProjection(), ProjectionLifecycle.Inline);
            options.Schema.For<Replay>().Duplicate(r => r.Status, notNull: true).Duplicate(r => r.RequestedAt, notNull: true);
            readModels(options);
            return options;
        });
        builder.Services.AddScoped(provider => provider.GetRequiredService<IDocumentStore>().QuerySession(new Marten.Services.SessionOptions
        {
            Tracking = DocumentTracking.QueryOnly,
            Timeout = (int)Limits.Reading.TotalSeconds,
        }));
        builder.Services.AddSingleton<ConfirmedPublisher>();
        builder.Services.AddSingleton<StoreEpoch>().AddHostedService(provider => provider.GetRequiredService<StoreEpoch>());
        builder.Services.AddSingleton<Relay>().AddHostedService(provider => provider.GetRequiredService<Relay>());
        builder.Services.AddSingleton<RelayInspection>();
        builder.Services.AddHealthChecks().AddCheck<StoreHealth>("store", tags: ["ready"]);
        builder.Services.AddSingleton<RelayHealth>().AddHealthChecks().AddCheck<RelayHealth>("relay", tags: ["ready"]);
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

    /// <summary>
    /// Options for the same read models in another schema, whose tables are created by a replay. No events are appended through this store.
    /// </summary>
    private static StoreOptions Shadow(
        IServiceProvider provider,
        string name,
        string schema,
        Action<StoreOptions> readModels,
        Assembly assembly)
    {
        var options = Options(provider, schema, assembly);
        options.Events.DatabaseSchemaName = name.Replace('-', '_');
        options.AutoCreateSchemaObjects = AutoCreate.None;
        options.DisableNpgsqlLogging = true;
        readModels(options);
        return options;
    }

    private static void AddBus(this WebApplicationBuilder builder, string name, Assembly assembly, ConsumedQueues queues)
    {
        builder.Services.AddMassTransit(bus =>
        {
            bus.UsePlatformDefaults();
            bus.SetEndpointNameFormatter(new KebabCaseEndpointNameFormatter(name, false));
            bus.AddConsumers(assembly);
            bus.AddConsumer<WhenRefillRequested>();
            bus.AddConfigureEndpointsCallback((context, queue, endpoint) =>
            {
                queues.Add(queue);
                endpoint.ConnectConsumerConfigurationObserver(new QueueContents(queue, queues));
                // No consumer subscribes to faults, and a fault that cannot be serialised as JSON would replace the original error in the
                // error queue.
                endpoint.PublishFaults = false;
                endpoint.PrefetchCount = 64;
                endpoint.ConcurrentMessageLimit = 32; // concurrent commands are committed together (GroupCommit)
                endpoint.RetryOrWait();
                if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
                {
                    rabbit.LimitDeclarations(context.GetRequiredService<TimeProvider>());
                    rabbit.UseQuorumQueue(
                        builder.Configuration, (missing, ct) => context.GetRequiredService<Refills>().Request(missing, ct));
                }
                // A replay to one queue sends all events; a message type that its consumer does not handle is not a failure.
                endpoint.ConfigureDeadLetter(pipe =>
                {
                    pipe.UseFilter(new DropReplayed());
                    pipe.UseFilter(new DeadLetterTransportFilter());
                });
            });
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.ConnectTo(builder.Configuration, name);
                rabbit.UseConsumeFilter(typeof(ConsumerIsActor<>), context);
                rabbit.ConfigureEndpoints(context);
            });
        });
    }

    /// <summary>Bus settings of every process, with or without a store.</summary>
    public static void UsePlatformDefaults(this IBusRegistrationConfigurator bus)
    {
        bus.DisableUsageTelemetry(); // It would send data to the MassTransit project.
        // While the broker is unavailable, the process must stay in rotation: events wait in the stores.
        bus.ConfigureHealthCheckOptions(o => { o.Name = "bus"; o.MinimalFailureStatus = HealthStatus.Degraded; });
    }

    /// <summary>
    /// The name of this process among the replicas of its service: the setting <c>Service:Replica</c>, or else service@machine (container
    /// hosts have distinct names).
    /// </summary>
    public static string Replica(this IConfiguration configuration, string service) =>
        configuration["Service:Replica"] ?? $"{service}@{Environment.MachineName}";

    /// <summary>The version of a build, with the abbreviated commit if the build knows it.</summary>
    internal static string Version(Assembly assembly)
    {
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
        return version.IndexOf('+', StringComparison.Ordinal) is > 0 and var at ? version[..Math.Min(version.Length, at + 13)] : version;
    }

    /// <summary>The value of a setting; an exception that names the setting if it is missing.</summary>
    public static string Required(this IConfiguration configuration, string key) =>
        configuration[key] is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException($"The setting {key} is missing. Set it in the environment as {key.Replace(":", "__")}.");
}

/// <summary>Records the name of the queue as the author of the events that a consumer stores.</summary>
internal sealed class ConsumerIsActor<T>(Actor actor, Database database) : IFilter<ConsumeContext<T>> where T : class
{
    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        actor.Name = context.ReceiveContext.InputAddress.Segments[^1];
        try
        {
            await next.Send(context);
        }
        catch (Exception e) when (Connections.IsReadOnly(e))
        {
            database.Clear();
            throw;
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("consumer-is-actor");
}

/// <summary>Records which message types are consumed from a queue.</summary>
internal sealed class QueueContents(string queue, ConsumedQueues queues) : IConsumerConfigurationObserver
{
    public void ConsumerConfigured<TConsumer>(IConsumerConfigurator<TConsumer> configurator) where TConsumer : class { }

    public void ConsumerMessageConfigured<TConsumer, TMessage>(IConsumerMessageConfigurator<TConsumer, TMessage> configurator)
        where TConsumer : class where TMessage : class => queues.Add(queue, typeof(TMessage));
}

/// <summary>Drops replayed messages that no consumer of this queue handles, instead of moving them to the skipped queue.</summary>
internal sealed class DropReplayed : IFilter<ReceiveContext>
{
    public Task Send(ReceiveContext context, IPipe<ReceiveContext> next) =>
        context.TransportHeaders.Get<bool>(Replayed.Header) == true ? Task.CompletedTask : next.Send(context);

    public void Probe(ProbeContext context) => context.CreateFilterScope("drop-replayed");
}
