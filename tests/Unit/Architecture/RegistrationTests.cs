using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kit;
using Xunit;

namespace Unit.Architecture;

/// <summary>Checks that every service is registered in all necessary files. A failing test names the file in which it is missing.</summary>
public partial class RegistrationTests
{
    public static TheoryData<string> Services { get; } = [.. Repository.Services, "Portal"];

    private static string[] WithEventStore { get; } =
    [
        .. Repository.Services.Where(s => File.Exists(Repository.Path("services", s, "Outgoing.cs"))),
    ];

    [Fact]
    public void The_services_with_an_event_store_are_found() => Assert.InRange(WithEventStore.Length, 4, 50);

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
    public void The_gateway_has_a_cluster_for_every_service(string service) =>
        Assert.NotNull(
            JsonNode.Parse(Repository.Read("gateway", "appsettings.json"))!["ReverseProxy"]!["Clusters"]![Repository.Kebab(service)]);

    [Theory]
    [MemberData(nameof(Services))]
    public void Every_service_has_a_launch_profile_for_debuggers(string service)
    {
        var profile = JsonNode.Parse(Repository.Read(".vscode", "launch.json"))!["configurations"]!.AsArray()
            .Single(c => (string?)c!["name"] == Repository.Kebab(service))!;
        Assert.EndsWith($"/.data/dev/{Repository.Kebab(service)}.env", (string?)profile["envFile"], StringComparison.Ordinal);
        Assert.EndsWith($"/{service}.dll", (string?)profile["program"], StringComparison.Ordinal);
        var tasks = JsonNode.Parse(Repository.Read(".vscode", "tasks.json"))!["tasks"]!
            .AsArray()
            .Select(t => (string?)t!["label"])
            .ToArray();
        Assert.Contains((string?)profile["preLaunchTask"], tasks);
        Assert.Contains((string?)profile["postDebugTask"], tasks);
    }

    [Fact]
    public void The_readme_lists_the_events_that_each_service_publishes_and_listens_to()
    {
        Assert.SkipUnless(File.Exists(Repository.Path("README.md")), "there is no README.md yet");
        var entries = Entry().Matches(Repository.Read("README.md"))
            .ToDictionary(e => e.Groups[1].Value, e => (Publishes: Names(e.Groups[3].Value), ListensTo: Names(e.Groups[4].Value)));
        foreach (var service in WithEventStore)
        {
            Assert.True(
                entries.ContainsKey(service),
                $"README.md has no entry that begins with \"- **{service}** owns\" and lists what it publishes and listens to");
            var sources = Repository.Sources($"services/{service}");
            var published = PublishedEvent().Matches(Repository.Read("services", service, "Outgoing.cs"))
                .Select(m => m.Groups[1].Value)
                .Where(IsEvent);
            var consumed = sources.Select(Path.GetFileNameWithoutExtension)
                .Where(f => f!.StartsWith("When", StringComparison.Ordinal))
                .Select(f => f!["When".Length..]);
            Assert.Equal(published.Distinct().Order(), entries[service].Publishes.Order());
            Assert.Equal(consumed.Order(), entries[service].ListensTo.Order());
        }
    }

    [Fact]
    public void The_numbers_of_decisions_are_unique()
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
    private static partial Regex PublishedEvent();

    [GeneratedRegex(@"\b[A-Z]\w+\b")]
    private static partial Regex Name();
}
