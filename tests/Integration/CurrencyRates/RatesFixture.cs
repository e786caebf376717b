using System.Net;
using CurrencyRates.Sheets;
using Kit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Integration.CurrencyRates;

/// <summary>
/// The service with a stand-in for the bank and a clock that tests set. It starts on Friday 2025-04-04 at 13:00 in Moscow, when the rates
/// of Saturday are expected.
/// </summary>
public class RatesFixture : ServiceFixture<RateSheet>, IAsyncLifetime
{
    public FakeBank Bank { get; } = new();
    public SetClock Clock { get; } = new(new(2025, 4, 4, 13, 0, 0, TimeSpan.FromHours(3)));
    protected virtual bool Polls => true;

    protected override void Configure(IWebHostBuilder host)
    {
        host.UseSetting("Bank:Address", Bank.Address);
        host.UseSetting("Bank:Poll", Polls.ToString());
        host.UseSetting("Bank:Interval", "00:00:00.1");
        host.UseSetting("Bank:Timeout", "00:00:02");
        host.UseSetting("Bank:Resilience:AttemptTimeout:Timeout", "00:00:00.5");
        host.UseSetting("Bank:Resilience:TotalRequestTimeout:Timeout", "00:00:03");
        host.UseSetting("Bank:Resilience:Retry:MaxRetryAttempts", "1");
        host.UseSetting("Bank:Resilience:Retry:Delay", "00:00:00.05");
        host.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(Clock));
    }

    /// <summary>Another replica on the same store, on its own port, for clients outside this process. The caller disposes it.</summary>
    public WebApplicationFactory<RateSheet> OnPort()
    {
        var replica = new WebApplicationFactory<RateSheet>().WithWebHostBuilder(host =>
        {
            host.UseSetting("ConnectionStrings:Postgres", Servers.Database);
            host.UseSetting("ConnectionStrings:RabbitMq", Servers.Bus.ToString());
            host.UseSetting("Auth:PublicKeyFile", Tokens.PublicKeyFile);
            host.UseSetting("Logging:LogLevel:Default", "Warning");
            Configure(host);
        });
        return OnPort(replica);
    }

    /// <summary>Starts a process on this port, or on a free port (0).</summary>
    public static WebApplicationFactory<T> OnPort<T>(WebApplicationFactory<T> process, int port = 0) where T : class
    {
        process.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        process.StartServer();
        return process;
    }

    /// <summary>The address of a process, without a trailing slash.</summary>
    public static string AddressOf<T>(WebApplicationFactory<T> process) where T : class =>
        process.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single().TrimEnd('/');

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsync();
        await Bank.DisposeAsync();
    }
}

/// <summary>The service with all seed data and without the bank.</summary>
public class SeededFixture : RatesFixture, IAsyncLifetime
{
    protected override bool Polls => false;

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        using var operators = Client("operator");
        await Seeds.Send(operators, "states");
        await Seeds.Send(operators, "currency-rates");
    }
}
