using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kit;
using Xunit;

namespace Unit.Architecture;

/// <summary>A service is known wherever it has to be; the failing test names the file that does not know it.</summary>
public partial class RegistrationTests
{
    public static TheoryData<string> Services { get; } = [.. Repository.Services];

    private static string[] WithStore { get; } =
    [
        .. Repository.Services.Where(s => File.Exists(Repository.Path("services", s, "Outgoing.cs"))),
    ];

    [Fact]
    public void There_are_services_to_look_at() => Assert.InRange(WithStore.Length, 4, 50);

    [Theory]
    [MemberData(nameof(Services))]
    public void Every_service_is_in_the_solution(string service) =>
        Assert.Contains($"{service}.csproj", Repository.Read("Platform.sln"), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Services))]
    public void Every_service_is_in_the_compose_file(string service) =>
        Assert.Matches($@"(?m)^  {Repository.Kebab(service)}:\n", Repository.Read("docker-compose.yml"));

    [Theory]
    [MemberData(nameof(Services))]
    public void Every_service_is_behind_the_gateway(string service) =>
        Assert.NotNull(
            JsonNode.Parse(Repository.Read("gateway", "appsettings.json"))!["ReverseProxy"]!["Clusters"]![Repository.Kebab(service)]);

    [Fact]
    public void The_readme_says_what_each_service_publishes_and_listens_to()
    {
        Assert.SkipUnless(File.Exists(Repository.Path("README.md")), "there is no README.md yet");
        var entries = Entry().Matches(Repository.Read("README.md"))
            .ToDictionary(e => e.Groups[1].Value, e => (Publishes: Names(e.Groups[3].Value), ListensTo: Names(e.Groups[4].Value)));
        foreach (var service in WithStore)
        {
            Assert.True(
                entries.ContainsKey(service),
                $"README.md has no entry that begins with \"- **{service}** owns\" and lists what it publishes and listens to");
            var sources = Repository.Sources($"services/{service}");
            var made = Made().Matches(Repository.Read("services", service, "Outgoing.cs")).Select(m => m.Groups[1].Value).Where(IsEvent);
            var heard = sources.Select(Path.GetFileNameWithoutExtension)
                .Where(f => f!.StartsWith("When", StringComparison.Ordinal))
                .Select(f => f!["When".Length..]);
            Assert.Equal(made.Distinct().Order(), entries[service].Publishes.Order());
            Assert.Equal(heard.Order(), entries[service].ListensTo.Order());
        }
    }

    [Fact]
    public void Decisions_are_numbered_without_twin()
    {
        Assert.SkipUnless(Directory.Exists(Repository.Path("docs", "decisions")), "there are no decisions yet");
        var numbers = Directory.GetFiles(Repository.Path("docs", "decisions"), "*.md")
            .Select(f => Path.GetFileName(f)!)
            .Where(f => char.IsDigit(f[0]))
            .Select(f => int.Parse(f[..4], System.Globalization.CultureInfo.InvariantCulture))
            .Order()
            .ToArray();
        Assert.NotEmpty(numbers);
        Assert.Equal(numbers.Distinct(), numbers);
    }

    private static bool IsEvent(string name) =>
        typeof(global::Platform.Contracts.Articles.ArticlePublished).Assembly.GetExportedTypes().Any(
            t => t.Name == name && (t.GetProperty("EventId") is not null || name.EndsWith("Retold", StringComparison.Ordinal)));

    private static string[] Names(string cell) => [.. Name().Matches(cell).Select(m => m.Value)];

    [GeneratedRegex(@"(?m)^- \*\*(\w+)\*\* owns ([^\n]*)\n  - publishes: ([^\n]*)\n  - listens to: ([^\n]*)$")]
    private static partial Regex Entry();

    [GeneratedRegex(@"new Public\.(\w+)\(")]
    private static partial Regex Made();

    [GeneratedRegex(@"\b[A-Z]\w+\b")]
    private static partial Regex Name();
}
