using System.Text.RegularExpressions;
using Kit;
using Xunit;

namespace Unit.Architecture;

/// <summary>A command is one slice: its file, its type and its test class have the same name.</summary>
public partial class CommandTests
{
    /// <summary>
    /// Write endpoints that decide nothing themselves: they import files, pass requests on to commands, or change no events. Integration
    /// tests cover them.
    /// </summary>
    private static readonly string[] WithoutDecision =
    [
        "Articles/AnnouncePresence", "Articles/CountRead", "Articles/ImportArticles", "Articles/ImportMedia", "Articles/ImportWordPress",
        "Articles/PreviewBody", "Comments/ConfirmAddress", "Comments/ErasePerson", "Comments/ImportComments", "Comments/ModerateComments",
        "Comments/UnsubscribeFromReplies", "Feedback/ErasePerson",
    ];

    private static readonly (string Service, string File, string Text)[] Code =
    [
        .. Repository.Services.SelectMany(s => Repository.Sources($"services/{s}").Select(f => (s, f, Repository.Read(f)))),
    ];

    [Fact]
    public void A_write_endpoint_is_mapped_in_a_file_named_after_its_type()
    {
        var writes = Find(WriteEndpoint()).ToArray();
        Assert.InRange(writes.Length, 40, 500);
        Assert.All(writes, w => Assert.True(
            Path.GetFileNameWithoutExtension(w.File) == w.Type, $"{w.File} maps a write endpoint of {w.Type}; move it to {w.Type}.cs"));
    }

    [Fact]
    public void A_command_has_a_file_and_a_test_class_of_its_own()
    {
        var commands = Find(Decision()).Where(c => !c.Type.StartsWith("When", StringComparison.Ordinal)).ToArray();
        Assert.InRange(commands.Length, 40, 500);
        foreach (var (service, file, type) in commands)
        {
            Assert.True(
                Path.GetFileNameWithoutExtension(file) == type, $"{file} contains the command {type}; move it to {type}.cs");
            var test = $"tests/Unit/{service}/{type}Tests.cs";
            Assert.True(File.Exists(Repository.Path(test)), $"{file} has no test; add {test}");
            Assert.Contains($"class {type}Tests", Repository.Read(test), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Only_known_write_endpoints_have_no_decision_of_their_own()
    {
        var commands = Find(Decision()).Select(c => $"{c.Service}/{c.Type}");
        Assert.Equal(
            WithoutDecision,
            Find(WriteEndpoint()).Select(w => $"{w.Service}/{w.Type}").Except(commands).Order(StringComparer.Ordinal));
    }

    /// <summary>The places where a pattern occurs, each with the type that was declared last before it.</summary>
    private static IEnumerable<(string Service, string File, string Type)> Find(Regex pattern) =>
        from code in Code
        from Match match in pattern.Matches(code.Text)
        select (code.Service, code.File, Declaration().Matches(code.Text[..match.Index]).Last().Groups["name"].Value);

    [GeneratedRegex(@"\.Map(Post|Put|Patch|Delete)\(|\.MapMethods\([^;]*?""(POST|PUT|PATCH|DELETE)""")]
    private static partial Regex WriteEndpoint();

    [GeneratedRegex(@"(?m)^    (public|internal) [^(=;\n]+ Decide\(")]
    private static partial Regex Decision();

    [GeneratedRegex(@"(?m)^(public|internal) [^(;\n]*?(class|record struct|record|struct) (?<name>\w+)")]
    private static partial Regex Declaration();
}
