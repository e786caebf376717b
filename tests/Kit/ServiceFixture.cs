using System.Net.Http.Headers;
using Marten;
using MassTransit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Platform.EventSourcing;
using Platform.Web;
using Xunit;

namespace Kit;

/// <summary>
/// Runs a service in the test process, with Kestrel, real servers, and a database and a virtual host of its own.
/// <typeparamref name="TOfService"/> is any public type of the service. <see cref="Replica"/> starts another replica on the same store.
/// </summary>
public class ServiceFixture<TOfService> : IAsyncLifetime where TOfService : class
{
    private readonly List<WebApplicationFactory<TOfService>> _replicas = [];
    private readonly Deliveries _deliveries = new();

    public Servers Servers { get; private set; } = null!;
    public Bus Bus { get; private set; } = null!;
    public IServiceProvider Services => _replicas[0].Services;

    /// <summary>A client of the first replica, signed in with the given roles, if any.</summary>
    public HttpClient Client(params string[] roles) => SignedIn(_replicas[0].CreateClient(), roles);

    /// <summary>A client of the first replica that sends exactly this bearer token.</summary>
    public HttpClient ClientWithToken(string token)
    {
        var client = _replicas[0].CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>The number of events in the store.</summary>
    public Task<long> EventsStored() => Servers.Query<long>($"select count(*) from {Schema}.mt_events");

    /// <summary>The database schema of the service, which is its name in snake case.</summary>
    public static string Schema { get; } = Repository.Kebab(typeof(TOfService).Assembly.GetName().Name!).Replace('-', '_');

    /// <summary>
    /// Publishes messages as another service would, in this order, and waits until this service has consumed all of them.
    /// </summary>
    public async Task PublishAndWait(params object[] messages)
    {
        var done = _deliveries.Count + messages.Length;
        foreach (var message in messages) await Bus.Publish(message);
        await Eventually.IsTrue(() => Task.FromResult(_deliveries.Count >= done), $"{messages.Length} messages are consumed");
    }

    /// <summary>Asserts that every stream has a row in the read model, and that the row equals the folded stream byte for byte.</summary>
    public async Task AssertReadModelEqualsStreams<T>(string streams) where T : class
    {
        var store = Services.GetRequiredService<IDocumentStore>();
        await using var session = store.QuerySession();
        var table = $"{Schema}.mt_doc_{typeof(T).Name.ToLowerInvariant()}";
        var ids = (await Servers.Query<string[]>($"select array_agg(id) from {Schema}.mt_streams where id like '{streams}%'"))!;
        Assert.NotEmpty(ids);
        foreach (var id in ids)
        {
            var folded = await session.Events.AggregateStreamAsync<T>(id, token: TestContext.Current.CancellationToken);
            var json = folded is null
                ? "null"
                : $"'{store.Options.Serializer().ToJson(folded).Replace("'", "''", StringComparison.Ordinal)}'";
            Assert.Equal(
                await Servers.Query<string>($"select {json}::jsonb::text"),
                await Servers.Query<string>($"select data::text from {table} where id = '{id}'"));
        }
    }

    /// <summary>Runs a decision with the decider of the service, without HTTP.</summary>
    public async Task<Decision<T>> Decide<T>(string stream, Func<T?, IEnumerable<object>> decide) where T : class, IState<T>, new()
    {
        await using var scope = Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<Decider>().Decide(stream, decide, TestContext.Current.CancellationToken);
    }

    public async ValueTask InitializeAsync()
    {
        Servers = await Servers.New();
        Bus = await Bus.Start(Servers.Bus);
        await Replica();
    }

    /// <summary>Starts another replica on the same store and broker, and waits until it is ready.</summary>
    public async Task<WebApplicationFactory<TOfService>> Replica()
    {
        var replica = new WebApplicationFactory<TOfService>().WithWebHostBuilder(host =>
        {
            host.UseSetting("ConnectionStrings:Postgres", Servers.Database);
            host.UseSetting("ConnectionStrings:RabbitMq", Servers.Bus.ToString());
            host.UseUrls("http://127.0.0.1:0");
            host.UseSetting("Operator:Url", "http://127.0.0.1:0");
            host.UseSetting("Auth:PublicKeyFile", Tokens.PublicKeyFile);
            host.UseSetting("Logging:Console:LogLevel:Default", Environment.GetEnvironmentVariable("TEST_LOG") ?? "Critical");
            host.UseSetting("Service:Replica", $"replica-{_replicas.Count + 1}");
            Configure(host);
        });
        replica.UseKestrel();
        _replicas.Add(replica);
        await Ready(replica);
        replica.Services.GetRequiredService<IBusControl>().ConnectReceiveObserver(_deliveries);
        return replica;
    }

    /// <summary>Stops a replica gracefully, as SIGTERM does.</summary>
    public async Task Stop(WebApplicationFactory<TOfService> replica)
    {
        _replicas.Remove(replica);
        await replica.DisposeAsync();
    }

    /// <summary>The running replicas, oldest first.</summary>
    public IReadOnlyList<WebApplicationFactory<TOfService>> Replicas => _replicas;

    /// <summary>Waits until all health checks of a replica succeed: store, relay, and the bus with all declared queues.</summary>
    public static async Task Ready(WebApplicationFactory<TOfService> replica)
    {
        using var client = Operator(replica.Services);
        await Eventually.IsTrue(
            async () =>
                (await client.GetStringAsync("/health/ready")).Contains("\"status\":\"Healthy\",\"replica\"", StringComparison.Ordinal),
            "the service is ready");
    }

    /// <summary>A client of the operator port of a process.</summary>
    public static HttpClient Operator(IServiceProvider services) =>
        new() { BaseAddress = services.GetRequiredService<OperatorListener>().Address };

    public static HttpClient SignedIn(HttpClient client, params string[] roles)
    {
        if (roles.Length > 0) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Tokens.For(roles));
        return client;
    }

    /// <summary>Overrides settings and services for a test, for example the clock.</summary>
    protected virtual void Configure(IWebHostBuilder host) { }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas) await replica.DisposeAsync();
        await Bus.DisposeAsync();
        await Servers.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
