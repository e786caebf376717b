using System.Security.Claims;
using Kit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Platform.Web;
using Portal.Console;
using Xunit;

namespace Unit.Portal;

/// <summary>A session ends at every replica when the person signs out or the session is idle.</summary>
public sealed class RenewalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sessions-").FullName;
    private readonly FakeTimeProvider _clock = new(Some.Noon);
    private readonly IConfiguration _settings;
    private readonly SecurityEntries _log = new();
    private readonly ILoggerFactory _logs;

    public RenewalTests()
    {
        _settings = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Auth:EndedFolder", (string?)_folder)]).Build();
        _logs = LoggerFactory.Create(logging => logging.AddProvider(_log));
    }

    public void Dispose()
    {
        _logs.Dispose();
        _log.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_at_every_replica()
    {
        var (one, another, person) = (Replica(), Replica(), SignedIn());
        Assert.NotNull(await another.CurrentTokens(person, Cancelled));
        await one.End(person, Cancelled);
        Assert.Null(await one.CurrentTokens(person, Cancelled));
        Assert.Null(await another.CurrentTokens(person, Cancelled));
        Assert.Null(await Replica().CurrentTokens(person, Cancelled));
        Assert.NotNull(await another.CurrentTokens(SignedIn(), Cancelled));
        Assert.StartsWith("Information: signed-out by editor: sign-out", Assert.Single(_log.All), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_idle_session_ends()
    {
        var (replica, person) = (Replica(), SignedIn());
        _clock.Advance(TimeSpan.FromMinutes(50));
        replica.Touch(person);
        _clock.Advance(TimeSpan.FromMinutes(50));
        Assert.NotNull(await replica.CurrentTokens(person, Cancelled)); // a request of the page, not of the person
        _clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Null(await replica.CurrentTokens(person, Cancelled));
        Assert.Null(await Replica().CurrentTokens(person, Cancelled));
        Assert.StartsWith("Information: signed-out by editor: idle", Assert.Single(_log.All), StringComparison.Ordinal);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private Renewal Replica() => new(
        null!,
        new EndedTokens(_settings, _clock, NullLogger<EndedTokens>.Instance),
        new SecurityLog(_logs),
        _settings,
        _clock,
        NullLogger<Renewal>.Instance);

    private ClaimsPrincipal SignedIn() => Session.Of(SessionTokens.Begin(Tokens.For("editor"), null, _clock.GetUtcNow())).Person;
}
