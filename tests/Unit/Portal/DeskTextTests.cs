using System.Text.RegularExpressions;
using System.Xml.Linq;
using Kit;
using Xunit;

namespace Unit.Portal;

/// <summary>The texts of the console's desks are those that the desks name.</summary>
public partial class DeskTextTests
{
    [Fact]
    public void Every_text_a_desk_names_is_there_and_every_text_is_named()
    {
        var named = new[] { "Editing", "Moderation", "Feedback", "Desks" }
            .SelectMany(folder => Directory.GetFiles(Repository.Path("services", "Portal", "Console", folder)))
            .Append(Repository.Path("services", "Portal", "Console", "Menu.cs"))
            .SelectMany(
                file => Named().Matches(File.ReadAllText(file)).Select(m => (Text: m.Groups[2].Value, IsBegun: m.Groups[1].Length > 0)))
            .Distinct()
            .ToArray();
        var keys = XDocument.Parse(Repository.Read("services", "Portal", "Resources", "DeskTexts.resx")).Root!
            .Elements("data")
            .Select(d => d.Attribute("name")!.Value)
            .ToArray();

        Assert.InRange(named.Length, 100, 500);
        // "State.{state}" and the like are completed while a page is made.
        string[]
            begun = [.. named.Where(n => n.IsBegun).Select(n => n.Text)],
            whole = [.. named.Where(n => !n.IsBegun).Select(n => n.Text)];
        Assert.Empty(whole.Except(keys));
        Assert.All(begun, b => Assert.Contains(keys, k => k.StartsWith(b, StringComparison.Ordinal)));
        Assert.All(
            keys, k => Assert.True(whole.Contains(k) || begun.Any(b => k.StartsWith(b, StringComparison.Ordinal)), $"no desk says {k}"));
    }

    [GeneratedRegex("""\b(?:D\[|typeof\(DeskTexts\), )(\$?)"([^"{]+)""")]
    private static partial Regex Named();
}
