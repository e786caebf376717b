using System.Net.Http.Headers;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Xunit;

namespace Kit;

/// <summary>
/// One service in process on the real servers, with a database and a virtual host of its own. <typeparamref name="TOfService"/> is any public type
/// of the service. <see cref="Replica"/> starts more of the same on the same store.
/// </summary>
public class ServiceFixture<TOfService> : IAsyncLifetime where TOfService : class
{
    private readonly List<WebApplicationFactory<TOfService>> _replicas = [];

    public Servers Servers { get; private set; } = null!;
    public Bus Bus { get; private set; } = null!;
    public IServiceProvider Services => _replicas[0].Services;

    /// <summary>A client of the first replica; roles sign it in.</summary>
    public HttpClient Client(params string[] roles) => SignedIn(_replicas[0].CreateClient(), roles);

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
            host.UseSetting("Auth:PublicKeyFile", Tokens.PublicKeyFile);
            host.UseSetting("Logging:LogLevel:Default", "Warning");
            host.UseSetting("Service:Replica", $"replica-{_replicas.Count + 1}");
            Configure(host);
        });
        _replicas.Add(replica);
        await Ready(replica);
        return replica;
    }

    /// <summary>Waits until every check of a replica is healthy: store, relay, and bus with all its queues declared.</summary>
    public static async Task Ready(WebApplicationFactory<TOfService> replica)
    {
        using var client = replica.CreateClient();
        await Eventually.IsTrue(async () => (await client.GetStringAsync("/health/ready")).Contains("\"status\":\"Healthy\",\"replica\"", StringComparison.Ordinal), "the service is ready");
    }

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
