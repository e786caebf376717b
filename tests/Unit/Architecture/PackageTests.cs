using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json.Nodes;
using Kit;
using Xunit;

namespace Unit.Architecture;

/// <summary>
/// A project references the packages that its code uses, and no others. It does not rely on the packages that another project or package
/// happens to bring along, because these may go away or change their version there.
/// </summary>
public class PackageTests
{
    /// <summary>Packages that no code mentions but that are needed when the program runs.</summary>
    private static readonly Dictionary<string, string[]> UsedAtRunTime = new()
    {
        ["Articles"] = ["NetVips.Native.linux-arm64", "NetVips.Native.linux-x64"], // the library that NetVips calls
        ["Platform.EventSourcing"] = ["DistributedLock.Postgres"], // Marten uses it in place of its own locks (docs/decisions/0003)
    };

    public static TheoryData<string> Projects { get; } =
        [.. Repository.Files.Where(f => f.EndsWith(".csproj", StringComparison.Ordinal) && f != "ops/ReadyToRun.csproj")];

    [Fact]
    public void Every_project_is_checked() =>
        Assert.All(
            Projects.Select(p => p.Data.Replace('/', '\\')),
            project => Assert.Contains($"\"{project}\"", Repository.Read("Platform.sln"), StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_every_package_that_it_uses(string project)
    {
        var (referenced, used) = PackagesOf(project);
        Assert.DoesNotContain(used, u => !referenced.Any(r => r.Contents.Contains(u)));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_uses_every_package_that_it_references(string project)
    {
        var (referenced, used) = PackagesOf(project);
        var atRunTime = UsedAtRunTime.GetValueOrDefault(Path.GetFileNameWithoutExtension(project), []);
        Assert.Empty(referenced.Where(r => !r.Contents.Overlaps(used)).Select(r => r.Package).Except(atRunTime));
    }

    /// <summary>
    /// The packages that a project references, each with the packages that it stands for, and those that its assembly uses. A package
    /// without an assembly, such as xunit.v3, stands for all packages that it depends on.
    /// </summary>
    private static ((string Package, HashSet<string> Contents)[] Referenced, string[] Used) PackagesOf(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        var output = Path.GetRelativePath(Repository.Path("tests", "Unit"), AppContext.BaseDirectory); // bin/Release/net10.0
        var built = Repository.Path(Path.GetDirectoryName(project)!, output, name);
        var described = JsonNode.Parse(File.ReadAllText($"{built}.deps.json"))!["targets"]!.AsObject().Single().Value!.AsObject()
            .ToDictionary(p => p.Key.Split('/')[0], p => p.Value!);
        var types = JsonNode.Parse(File.ReadAllText($"{built}.deps.json"))!["libraries"]!.AsObject()
            .ToDictionary(p => p.Key.Split('/')[0], p => (string?)p.Value!["type"]);

        IEnumerable<string> Names(string package, string kind) =>
            described.GetValueOrDefault(package)?[kind]?.AsObject().Select(p => p.Key) ?? [];
        IEnumerable<string> Contents(string package) =>
            Names(package, "runtime").Any() ? [package] : Dependencies(package);
        IEnumerable<string> Dependencies(string package) =>
            Names(package, "dependencies").SelectMany(p => Dependencies(p).Prepend(p));

        var owners = described.Keys.Where(p => types[p] == "package")
            .SelectMany(p => Names(p, "runtime").Select(file => (Assembly: Path.GetFileNameWithoutExtension(file), Package: p)))
            .ToLookup(o => o.Assembly, o => o.Package);
        using var file = new PEReader(File.OpenRead($"{built}.dll"));
        var metadata = file.GetMetadataReader();
        var used = metadata.AssemblyReferences.Select(a => metadata.GetString(metadata.GetAssemblyReference(a).Name))
            .SelectMany(a => owners[a]).Distinct().Order(StringComparer.Ordinal);
        return (
            [.. Names(name, "dependencies").Where(p => types[p] == "package").Select(p => (p, Contents(p).ToHashSet()))],
            [.. used]);
    }
}
