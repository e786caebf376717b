using Feedback.Messages;
using Kit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Integration.Feedback;

/// <summary>
/// The feedback service as it is exposed to the internet: with a mail server, a limit for each visitor, a required proof of work, and a
/// clock that tests can advance.
/// </summary>
public sealed class InternetFacingFeedback : ServiceFixture<ContactTicket>, IAsyncLifetime
{
    public const int PerHour = 30;

    public ShiftedClock Clock { get; } = new();
    public FakeSmtpServer Smtp { get; } = new();

    protected override void Configure(IWebHostBuilder host)
    {
        host.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(Clock));
        host.UseSetting("Mail:Host", "127.0.0.1");
        host.UseSetting("Mail:Port", $"{Smtp.Port}");
        host.UseSetting("Mail:Tls", "None");
        host.UseSetting("Visitors:PerHour", $"{PerHour}");
        host.UseSetting("ProofOfWork:Required", "true");
        host.UseSetting("ProofOfWork:Key", "a secret of this test");
        host.UseSetting("ProofOfWork:Hardest", "200");
    }

    /// <summary>A visitor with an IP address of its own.</summary>
    public HttpClient Visitor()
    {
        var client = Client();
        client.DefaultRequestHeaders.Add("X-Forwarded-For", Some.Word("visitor"));
        return client;
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsync();
        await Smtp.DisposeAsync();
    }
}
