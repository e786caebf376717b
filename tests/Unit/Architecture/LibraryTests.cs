using System.Reflection;
using Kit;
using Platform.EventSourcing;
using Platform.Messaging;
using Platform.Postgres;
using Platform.PublicInput;
using Platform.Replays;
using Platform.Web;
using Xunit;

namespace Unit.Architecture;

/// <summary>The shared libraries stay small, and their dependencies point one way.</summary>
public class LibraryTests
{
    private static readonly Dictionary<string, (Assembly Assembly, int MaxLines, string[] References)> Libraries = new()
    {
        ["Contracts"] = (typeof(global::Platform.Contracts.Articles.ArticlePublished).Assembly, 350, []),
        ["Web"] = (typeof(EdgeHost).Assembly, 2700, ["Contracts"]),
        ["Postgres"] = (typeof(Database).Assembly, 700, ["Web"]),
        ["Messaging"] = (typeof(Retries).Assembly, 750, ["Contracts", "Postgres", "Web"]),
        ["EventSourcing"] = (typeof(Decider).Assembly, 2850, ["Contracts", "Messaging", "Postgres", "Web"]),
        ["Replays"] = (typeof(Replay).Assembly, 3600, ["Contracts", "EventSourcing", "Messaging", "Postgres", "Web"]),
        ["PublicInput"] = (typeof(ProofOfWork).Assembly, 750, ["EventSourcing", "Postgres", "Web"]),
        ["Hosting"] = (
            typeof(global::Platform.Hosting.PlatformHost).Assembly,
            200,
            ["Contracts", "EventSourcing", "Messaging", "Postgres", "Replays", "Web"]),
    };

    public static TheoryData<string> Names { get; } = [.. Libraries.Keys];

    [Fact]
    public void Every_library_has_a_budget() =>
        Assert.Equal(
            Libraries.Keys.Order(),
            Directory.GetDirectories(Repository.Path("libraries")).Select(d => Path.GetFileName(d)).Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void A_library_stays_within_its_line_budget(string name)
    {
        var lines = Repository.Sources($"libraries/{name}").Sum(f => File.ReadLines(Repository.Path(f)).Count());
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {lines} of {Libraries[name].MaxLines} lines");
        Assert.InRange(lines, 50, Libraries[name].MaxLines);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_library_references_only_the_libraries_below_it(string name)
    {
        var references = Platform(Libraries[name].Assembly);
        Assert.Empty(references.Except(Libraries[name].References));
    }

    [Fact]
    public void The_portal_sees_only_Web_and_Contracts_and_the_gateway_neither_the_event_store_nor_replays()
    {
        Assert.Equal(["Contracts", "Web"], Platform(typeof(global::Portal.Backends).Assembly));
        Assert.Empty(Platform(typeof(global::Gateway.Cache.ResponseCache).Assembly).Except(["Contracts", "Messaging", "Postgres", "Web"]));
    }

    [Theory]
    [InlineData("portal/Portal.csproj", "Marten", "MassTransit", "MailKit", "Npgsql")]
    [InlineData("gateway/Gateway.csproj", "Marten", "MailKit")]
    public void A_program_does_not_depend_on_packages_that_it_does_not_need(string project, params string[] unwanted)
    {
        var packages = Repository.Read(Path.GetDirectoryName(project)!, "packages.lock.json");
        Assert.Contains("Microsoft.AspNetCore.OpenApi", packages, StringComparison.Ordinal);
        Assert.All(unwanted, name => Assert.DoesNotContain($"\"{name}\"", packages, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_folder_of_a_library_is_a_namespace(string name)
    {
        var files = Repository.Sources($"libraries/{name}");
        Assert.NotEmpty(files);
        Assert.All(files, file =>
        {
            var folder = Path.GetDirectoryName(file)!["libraries/".Length..].Replace('/', '.');
            Assert.Matches($@"(?m)^namespace Platform\.{folder}(;|\.\w+;$)", Repository.Read(file));
        });
    }

    private static string[] Platform(Assembly assembly) =>
    [
        .. assembly.GetReferencedAssemblies()
            .Select(a => a.Name!)
            .Where(n => n.StartsWith("Platform.", StringComparison.Ordinal))
            .Select(n => n["Platform.".Length..])
            .Order(),
    ];
}
