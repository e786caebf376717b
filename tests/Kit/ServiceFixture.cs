using System.Net.Http.Headers;
using Marten;
using MassTransit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Platform.EventSourcing;
using Platform.Hosting;
using Xunit;

namespace Kit;

/// <summary>
/// One service in process, on Kestrel and on the real servers, with a database and a virtual host of its own.
/// <typeparamref name="TOfService"/> is any public type of the service. <see cref="Replica"/> starts more of the same on the same store.
/// </summary>
public class ServiceFixture<TOfService> : IAsyncLifetime where TOfService : class
{
    private readonly List<WebApplicationFactory<TOfService>> _replicas = [];
    private readonly Deliveries _deliveries = new();

    public Servers Servers { get; private set; } = null!;
    public Bus Bus { get; private set; } = null!;
    public IServiceProvider Services => _replicas[0].Services;

    /// <summary>A client of the first replica; roles sign it in.</summary>
    public HttpClient Client(params string[] roles) => SignedIn(_replicas[0].CreateClient(), roles);

    /// <summary>A client of the first replica with this very token.</summary>
    public HttpClient Bearing(string token)
    {
        var client = _replicas[0].CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>How many events the store holds.</summary>
    public Task<long> EventsStored() => Servers.Query<long>($"select count(*) from {Schema}.mt_events");

    /// <summary>The service's schema: its name in snake case.</summary>
    public static string Schema { get; } = Repository.Kebab(typeof(TOfService).Assembly.GetName().Name!).Replace('-', '_');

    /// <summary>Publishes messages as another service would, in this order, and waits until this one is done with all of them.</summary>
    public async Task Delivers(params object[] messages)
    {
        var done = _deliveries.Count + messages.Length;
        foreach (var message in messages) await Bus.Publish(message);
        await Eventually.IsTrue(() => Task.FromResult(_deliveries.Count >= done), $"{messages.Length} messages are consumed");
    }

    /// <summary>Each row of a read model is, byte for byte, what its stream folds to; and no stream lacks its row.</summary>
    public async Task IsWhatItsStreamsFoldTo<T>(string streams) where T : class
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

    /// <summary>Decides as the service itself does, without HTTP.</summary>
    public async Task<Decision> Decide<T>(string stream, Func<T?, IEnumerable<object>> decide) where T : class, IState<T>
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

    /// <summary>Another replica on the same store and broker, ready to serve.</summary>
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

    /// <summary>Ends a replica as SIGTERM does.</summary>
    public async Task Stop(WebApplicationFactory<TOfService> replica)
    {
        _replicas.Remove(replica);
        await replica.DisposeAsync();
    }

    /// <summary>The replicas that run now, the oldest first.</summary>
    public IReadOnlyList<WebApplicationFactory<TOfService>> Replicas => _replicas;

    /// <summary>Waits until every check of a replica is healthy: store, relay, and bus with all its queues declared.</summary>
    public static async Task Ready(WebApplicationFactory<TOfService> replica)
    {
        using var client = Operator(replica.Services);
        await Eventually.IsTrue(
            async () =>
                (await client.GetStringAsync("/health/ready")).Contains("\"status\":\"Healthy\",\"replica\"", StringComparison.Ordinal),
            "the service is ready");
    }

    /// <summary>A client of the process's operator listener.</summary>
    public static HttpClient Operator(IServiceProvider services) =>
        new() { BaseAddress = services.GetRequiredService<OperatorListener>().Address };

    public static HttpClient SignedIn(HttpClient client, params string[] roles)
    {
        if (roles.Length > 0) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Tokens.For(roles));
        return client;
    }

    /// <summary>What a test wants otherwise than in production, such as a clock.</summary>
    protected virtual void Configure(IWebHostBuilder host) { }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas) await replica.DisposeAsync();
        await Bus.DisposeAsync();
        await Servers.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
