using System.Text.RegularExpressions;
using System.Xml.Linq;
using Kit;
using Xunit;

namespace Unit.Portal;

/// <summary>DeskTexts.resx contains exactly the texts that the desks use.</summary>
public partial class DeskTextTests
{
    [Fact]
    public void Every_text_that_a_desk_uses_exists_and_every_text_is_used()
    {
        var used = new[] { "Editing", "Media", "Moderation", "Feedback", "Desks" }
            .SelectMany(folder => Directory.GetFiles(Repository.Path("portal", "Console", folder)))
            .Append(Repository.Path("portal", "Console", "Menu.cs"))
            .SelectMany(
                file => UsedKey().Matches(File.ReadAllText(file)).Select(m => (Text: m.Groups[2].Value, IsPrefix: m.Groups[1].Length > 0)))
            .Distinct()
            .ToArray();
        var keys = XDocument.Parse(Repository.Read("portal", "Resources", "DeskTexts.resx")).Root!
            .Elements("data")
            .Select(d => d.Attribute("name")!.Value)
            .ToArray();

        Assert.InRange(used.Length, 100, 500);
        // Keys such as "State.{state}" are completed when a page is rendered.
        string[]
            prefixes = [.. used.Where(n => n.IsPrefix).Select(n => n.Text)],
            whole = [.. used.Where(n => !n.IsPrefix).Select(n => n.Text)];
        Assert.Empty(whole.Except(keys));
        Assert.All(prefixes, b => Assert.Contains(keys, k => k.StartsWith(b, StringComparison.Ordinal)));
        Assert.All(
            keys, k => Assert.True(whole.Contains(k) || prefixes.Any(b => k.StartsWith(b, StringComparison.Ordinal)), $"no desk uses {k}"));
    }

    [GeneratedRegex("""\b(?:D\[|typeof\(DeskTexts\), )(\$?)"([^"{]+)""")]
    private static partial Regex UsedKey();
}
