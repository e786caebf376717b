using System.Text.RegularExpressions;
using Kit;
using Xunit;

namespace Unit.Architecture;

/// <summary>Checks the form of the decision records in docs/decisions, their index and their links.</summary>
public partial class DecisionTests
{
    private static readonly string Folder = Repository.Path("docs", "decisions");

    public static TheoryData<string> Files { get; } =
        [.. Directory.EnumerateFiles(Folder, "0*.md").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Fact]
    public void The_index_lists_every_decision_with_its_title()
    {
        Assert.True(Files.Count > 80, $"only {Files.Count} decisions were found");
        var expected = Files.Select(f => (string)f.Data).Select(f => $"- [{File.ReadLines(Path.Combine(Folder, f)).First()[2..]}]({f})");
        Assert.Equal(expected, File.ReadLines(Path.Combine(Folder, "README.md")).Where(l => l.StartsWith("- ", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_decision_has_the_prescribed_sections(string file)
    {
        var lines = File.ReadAllLines(Path.Combine(Folder, file));
        Assert.StartsWith($"# {file[..4]}. ", lines[0], StringComparison.Ordinal);
        Assert.Equal(
            ["## Status", "## Context", "## Decision", "## Consequences"],
            lines.Where(l => l.StartsWith("## ", StringComparison.Ordinal)));
        Assert.Matches("^(Accepted|Superseded)", lines[Array.IndexOf(lines, "## Status") + 1]);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Links_in_a_decision_lead_to_existing_pages(string file)
    {
        foreach (Match link in Link().Matches(File.ReadAllText(Path.Combine(Folder, file))))
            Assert.True(
                File.Exists(Path.Combine(Folder, link.Groups["file"].Value)),
                $"{file} links to {link.Groups["file"].Value}, which does not exist");
    }

    [GeneratedRegex(@"\]\((?!https?:)(?<file>[^)#]+)(#[^)]*)?\)")]
    private static partial Regex Link();
}
