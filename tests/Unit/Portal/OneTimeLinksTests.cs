using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;
using Portal.Console;
using Xunit;

namespace Unit.Portal;

/// <summary>A link signs in once, for a while, and leads nowhere else.</summary>
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
    public void The_first_who_asks_has_the_token_and_nobody_after()
    {
        Made(Code);

        Assert.Equal("token", Links.Claim(Code));
        Assert.Null(Links.Claim(Code));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task Of_many_who_ask_at_once_one_has_it()
    {
        for (var round = 0; round < 20; round++)
        {
            Made(Code);
            var replicas = Enumerable.Range(0, 8).Select(_ => Links).ToArray();

            var given = await Task.WhenAll(
                replicas.Select(links => Task.Run(() => links.Claim(Code), TestContext.Current.CancellationToken)));

            Assert.Equal(["token"], given.OfType<string>());
        }
    }

    [Theory]
    [InlineData(15, true), InlineData(16, false)]
    public void It_is_good_for_a_quarter_of_an_hour(int minutes, bool good)
    {
        Made(Code);
        _clock.Advance(TimeSpan.FromMinutes(minutes));

        Assert.Equal(good ? "token" : null, Links.Claim(Code));
        // One that was too late is used up too.
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData("../secret"), InlineData(".claimed"), InlineData(""), InlineData("AAAA"), InlineData("/etc/passwd")]
    public void What_is_no_code_touches_no_file(string code)
    {
        File.WriteAllText(Path.Combine(_folder, ".claimed"), "token");

        Assert.Null(Links.Claim(code));
        Assert.True(File.Exists(Path.Combine(_folder, ".claimed")));
    }

    [Fact]
    public void Where_no_folder_is_set_or_none_is_there_no_link_is_good()
    {
        Assert.Null(new OneTimeLinks(new ConfigurationBuilder().Build(), _clock).Claim(Code));
        Assert.Null(Links.Claim(Code));
    }

    private void Made(string code)
    {
        var file = Path.Combine(_folder, code);
        File.WriteAllText(file, "token\n");
        File.SetLastWriteTimeUtc(file, _clock.GetUtcNow().UtcDateTime);
    }
}
