using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;
using Portal.Console;
using Xunit;

namespace Unit.Portal;

/// <summary>One-time links are valid once and for a limited time.</summary>
public sealed class OneTimeLinksTests : IDisposable
{
    private static readonly string Code = new('a', 48);
    private readonly string _folder = Directory.CreateTempSubdirectory("links-").FullName;
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 5, 12, 0, 0, TimeSpan.Zero));

    private OneTimeLinks Links =>
        new(
            new ConfigurationBuilder()
                .AddInMemoryCollection(new Dictionary<string, string?> { ["Console:SignInFolder"] = _folder })
                .Build(),
            _clock);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_code_can_be_redeemed_once()
    {
        CreateLink(Code);

        Assert.Equal("token", Links.Claim(Code));
        Assert.Null(Links.Claim(Code));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task A_code_is_redeemed_by_one_of_several_concurrent_requests()
    {
        for (var round = 0; round < 20; round++)
        {
            CreateLink(Code);
            var replicas = Enumerable.Range(0, 8).Select(_ => Links).ToArray();

            var given = await Task.WhenAll(
                replicas.Select(links => Task.Run(() => links.Claim(Code), TestContext.Current.CancellationToken)));

            Assert.Equal(["token"], given.OfType<string>());
        }
    }

    [Theory]
    [InlineData(15, true), InlineData(16, false)]
    public void A_link_is_valid_for_15_minutes(int minutes, bool good)
    {
        CreateLink(Code);
        _clock.Advance(TimeSpan.FromMinutes(minutes));

        Assert.Equal(good ? "token" : null, Links.Claim(Code));
        // An expired link is removed as well.
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData("../secret"), InlineData(".claimed"), InlineData(""), InlineData("AAAA"), InlineData("/etc/passwd")]
    public void An_invalid_code_touches_no_file(string code)
    {
        File.WriteAllText(Path.Combine(_folder, ".claimed"), "token");

        Assert.Null(Links.Claim(code));
        Assert.True(File.Exists(Path.Combine(_folder, ".claimed")));
    }

    [Fact]
    public void Without_the_folder_no_link_is_valid()
    {
        Assert.Null(new OneTimeLinks(new ConfigurationBuilder().Build(), _clock).Claim(Code));
        Assert.Null(Links.Claim(Code));
    }

    private void CreateLink(string code)
    {
        var file = Path.Combine(_folder, code);
        File.WriteAllText(file, "token\n");
        File.SetLastWriteTimeUtc(file, _clock.GetUtcNow().UtcDateTime);
    }
}
