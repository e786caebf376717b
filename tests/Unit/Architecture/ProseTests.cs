using System.Text.RegularExpressions;
using Kit;
using Xunit;

namespace Unit.Architecture;

/// <summary>Lines are at most 140 columns wide, and comments, messages and pages are written in plain English.</summary>
public partial class ProseTests
{
    private const int MaxColumns = 140;

    /// <summary>Released texts that match, and that golden files guard.</summary>
    private static readonly string[] Released = ["whatever is there."];

    private static readonly string[] Files =
    [
        .. Repository.Files
            .Where(f => Path.GetExtension(f) is ".cs" or ".razor" or ".md" or ".sh" or ".mjs" or ".js" or ".css" || f == "platform")
            .Where(f => !f.StartsWith("tests/Contracts/", StringComparison.Ordinal) || f.EndsWith(".cs", StringComparison.Ordinal))
            .Where(f => f != "portal/wwwroot/site/editor.js"), // it is built from portal/Editor and packages of others
    ];

    [Fact]
    public void Lines_are_at_most_140_columns_wide()
    {
        Assert.InRange(Files.Length, 500, 5000);
        var wide = Files.SelectMany(f => File.ReadLines(Repository.Path(f)).Select((line, i) => (Place: $"{f}:{i + 1}", line.Length)))
            .Where(l => l.Length > MaxColumns);
        Assert.Empty(wide.Select(l => $"{l.Place} has {l.Length} columns"));
    }

    [Fact]
    public void Prose_names_its_subjects_and_conditions()
    {
        var lines = Files.Where(f => Path.GetFileName(f) != "ProseTests.cs") // its examples match
            .SelectMany(f => Prose(f).Select(p => (Place: $"{f}:{p.Line}", p.Text))).ToArray();
        TestContext.Current.TestOutputHelper?.WriteLine($"{lines.Length} lines of prose");
        Assert.InRange(lines.Length, 10_000, 100_000);
        var found = lines.Where(l => Hallmark().IsMatch(l.Text) && !Released.Any(r => l.Text.Contains(r, StringComparison.Ordinal)));
        Assert.Empty(found.Select(l => $"{l.Place}: \"{Hallmark().Match(l.Text).Value.Trim()}\" in: {l.Text.Trim()}"));
    }

    [Theory]
    [InlineData("Whoever waits is told again.")]
    [InlineData("What admins do is nobody's news.")]
    [InlineData("A request, or says no")]
    [InlineData("Retries, where it is away")]
    [InlineData("A queue of ours")]
    public void The_hallmarks_of_unclear_prose_are_recognised(string text) => Assert.Matches(Hallmark(), text);

    [Theory]
    [InlineData("The relay retries until the broker confirms.")]
    [InlineData("The folder where the files are stored")]
    public void Plain_prose_is_not_reported(string text) => Assert.DoesNotMatch(Hallmark(), text);

    /// <summary>The comments and texts of a file: in Markdown everything, in code the comments and the strings of several words.</summary>
    private static IEnumerable<(int Line, string Text)> Prose(string file)
    {
        var comment = Path.GetExtension(file) is ".sh" or "" ? ScriptComment() : CodeComment();
        var n = 0;
        foreach (var line in File.ReadLines(Repository.Path(file)))
        {
            n++;
            if (file.EndsWith(".md", StringComparison.Ordinal))
            {
                yield return (n, line);
                continue;
            }
            if (comment.Match(line) is { Success: true } match) yield return (n, match.Groups["text"].Value);
            foreach (Match text in Words().Matches(line)) yield return (n, text.Groups["text"].Value);
        }
    }

    [GeneratedRegex(
        """
        \b([Ww]hoever|[Ww]hatever|[Nn]obody's|[Ee]verybody's|(is|are|was|were)\ told|of\ ours|says?\ no\b|of\ itself\ says|anew\b
        |what\ became\ of|[Ww]here\ it\ (is|was|does|can)\b)
        |(^|[.:;]\ )(Who\ [a-z]|What\ [a-z]+\ (is|are|was|were|has|have|does|do)\ )
        |,\ where\ (it|they|there|nobody|somebody)\b
        """,
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Hallmark();

    [GeneratedRegex(@"(?://+|@\*) ?(?<text>.*)")]
    private static partial Regex CodeComment();

    [GeneratedRegex(@"(?:^|\s)#(?!!) ?(?<text>.*)")]
    private static partial Regex ScriptComment();

    [GeneratedRegex("""
        "(?<text>(?:[^"\\]|\\.)* (?:[^"\\]|\\.)*)"
        """)]
    private static partial Regex Words();
}
