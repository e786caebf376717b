extern alias gateway;

using System.Net;
using Integration.CurrencyRates;
using Kit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Integration.Gateway;

/// <summary>
/// Runs the gateway in process, with its own routes and the real broker, in front of two replicas of a stub articles service. Only with
/// stubs can a test delay a response or break a connection halfway. The end-to-end tests use the real services.
/// </summary>
public class GatewayFixture : IAsyncLifetime
{
    private WebApplicationFactory<gateway::Gateway.Cache.Generations> _gateway = null!;

    public Servers Servers { get; private set; } = null!;
    public Bus Bus { get; private set; } = null!;
    public AnsweringService One { get; } = new();
    public AnsweringService Other { get; } = new();
    /// <summary>The changes that the gateway of this fixture knows of.</summary>
    public gateway::Gateway.Cache.Generations Generations => _gateway.Services.GetRequiredService<gateway::Gateway.Cache.Generations>();
    /// <summary>An address without a listener.</summary>
    protected virtual string Comments => "http://127.0.0.1:9/";
    protected virtual int WritesPerMinute => 0;

    public async ValueTask InitializeAsync()
    {
        Servers = await Servers.New();
        Bus = await Bus.Start(Servers.Bus);
        _gateway = await Another();
    }

    /// <summary>Starts another gateway in front of the same services, on the same broker and database, with these settings.</summary>
    public Task<WebApplicationFactory<gateway::Gateway.Cache.Generations>> Another(params (string Key, string Value)[] settings) =>
        Another(0, settings);

    /// <summary>Starts another gateway on this port, or on a free port (0).</summary>
    public async Task<WebApplicationFactory<gateway::Gateway.Cache.Generations>> Another(
        int port, params (string Key, string Value)[] settings)
    {
        var another = RatesFixture.OnPort(new WebApplicationFactory<gateway::Gateway.Cache.Generations>().WithWebHostBuilder(host =>
        {
            host.UseSetting("ConnectionStrings:Postgres", Servers.Database);
            host.UseSetting("ConnectionStrings:RabbitMq", Servers.Bus.ToString());
            host.UseSetting("Auth:PublicKeyFile", Tokens.PublicKeyFile);
            host.UseSetting("Logging:Console:LogLevel:Default", "Critical");
            host.UseSetting("Operator:Url", "http://127.0.0.1:0");
            host.UseSetting("Gateway:WritesPerMinute", $"{WritesPerMinute}");
            host.UseSetting("Gateway:DrainSeconds", "0");
            host.UseSetting("Gateway:Origins:0", "https://portal.example");
            host.UseSetting("ReverseProxy:Clusters:articles:Destinations:one:Address", One.Address);
            host.UseSetting("ReverseProxy:Clusters:articles:Destinations:other:Address", Other.Address);
            host.UseSetting("ReverseProxy:Clusters:comments:Destinations:gone:Address", Comments);
            foreach (var (key, value) in settings) host.UseSetting(key, value);
        }), port);
        using var client = ServiceFixture<gateway::Gateway.Cache.Generations>.Operator(another.Services);
        await Eventually.IsTrue(
            async () => (await client.GetStringAsync("/health/ready")).StartsWith("""{"status":"Healthy""", StringComparison.Ordinal),
            "the gateway is connected to the broker and the database");
        return another;
    }

    /// <summary>A client of a gateway, signed in with the roles. It does not follow redirects or decompress responses.</summary>
    public static HttpClient At(WebApplicationFactory<gateway::Gateway.Cache.Generations> gateway, params string[] roles) =>
        ServiceFixture<gateway::Gateway.Cache.Generations>.SignedIn(
            new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
            {
                BaseAddress = new Uri(RatesFixture.AddressOf(gateway)),
            },
            roles);

    /// <summary>A client of the gateway of this fixture.</summary>
    public HttpClient Client(params string[] roles) => At(_gateway, roles);

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await One.DisposeAsync();
        await Other.DisposeAsync();
        await Bus.DisposeAsync();
        await Servers.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>An HTTP server whose responses a test sets, and which counts its requests.</summary>
public sealed class AnsweringService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _asked;

    public AnsweringService()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        _app = builder.Build();
        _app.MapGet("/health/ready", () => IsReady ? Results.Json(new { status = "Healthy" }) : Results.StatusCode(503));
        _app.MapFallback("{**path}", http => // the default pattern excludes paths that look like files
        {
            Interlocked.Increment(ref _asked);
            return Answer(http);
        });
        _app.StartAsync().GetAwaiter().GetResult();
    }

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>The number of requests, without health checks.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    /// <summary>Whether its health check succeeds.</summary>
    public bool IsReady { get; set; } = true;

    /// <summary>Accepts requests and never answers, like a process that was stopped with SIGSTOP.</summary>
    public static Task Freezes(HttpContext http) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);

    /// <summary>Breaks the connection after the headers and a number of bytes of the body.</summary>
    public static Func<HttpContext, Task> BreaksOff(int after) => async http =>
    {
        http.Response.ContentType = "text/html";
        await http.Response.WriteAsync(new string('x', after), http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
        http.Abort();
    };

    /// <summary>Breaks the connection before it answers.</summary>
    public static Task Dies(HttpContext http)
    {
        http.Abort();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
