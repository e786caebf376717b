using System.Text.RegularExpressions;
using System.Xml.Linq;
using Kit;
using Xunit;

namespace Unit.Portal;

/// <summary>All texts of the portal exist in three languages.</summary>
public partial class TextTests
{
    public static TheoryData<string> Files { get; } = ["ReaderTexts", "ConsoleTexts", "DeskTexts"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_text_exists_in_all_three_languages(string file)
    {
        var english = Texts(file, "en");

        Assert.NotEmpty(english);
        foreach (var lang in new[] { "ru", "zh" })
            Assert.Equal(english.Keys.Order(StringComparer.Ordinal), Texts(file, lang).Keys.Order(StringComparer.Ordinal));
        Assert.All(
            new[] { "en", "ru", "zh" },
            lang => Assert.All(Texts(file, lang), t => Assert.False(string.IsNullOrWhiteSpace(t.Value), $"{t.Key} is empty in {lang}")));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void No_text_contains_letters_of_another_language(string file)
    {
        foreach (var lang in new[] { "en", "ru", "zh" })
            Assert.All(Texts(file, lang), t => Assert.False(Scripts.ForeignTo(lang).IsMatch(t.Value), $"{t.Key}: {t.Value}"));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_translation_has_the_same_placeholders(string file)
    {
        foreach (var (key, english) in Texts(file, "en"))
            Assert.All(new[] { "ru", "zh" }, lang => Assert.Equal(Placeholders(english), Placeholders(Texts(file, lang)[key])));
    }

    [Theory]
    [InlineData("Reader", "ReaderTexts"), InlineData("Console", "ConsoleTexts")]
    public void Every_text_that_a_page_uses_exists_and_every_text_is_used(string folder, string file)
    {
        var source = string.Join(
            '\n',
            Directory.GetFiles(Repository.Path("portal", folder), "*.*", SearchOption.AllDirectories).Select(File.ReadAllText));
        var keys = Texts(file, "en").Keys;

        var used = UsedKey().Matches(source).Select(m => m.Groups[1].Value).Distinct().ToArray();
        Assert.InRange(used.Length, 80, 500);
        Assert.Empty(used.Except(keys));
        // Keys such as "Missing.{Part}" are completed when a page is rendered.
        var prefixes = KeyPrefix().Matches(source).Select(m => m.Groups[1].Value).ToArray();
        Assert.All(
            keys,
            k =>
                Assert.True(
                    source.Contains($"\"{k}\"", StringComparison.Ordinal) || prefixes.Any(b => k.StartsWith(b, StringComparison.Ordinal)),
                    $"no page uses {k}"));
    }

    [Fact]
    public void Every_part_that_may_be_missing_has_a_text() => Assert.All(
        typeof(global::Portal.Reader.Part).GetFields().Select(f => (string)f.GetValue(null)!),
        part => Assert.Contains($"Missing.{part}", Texts("ReaderTexts", "en").Keys));

    private static Dictionary<string, string> Texts(string file, string lang) =>
        XDocument.Parse(Repository.Read("portal", "Resources", $"{file}{(lang == "en" ? "" : "." + lang)}.resx")).Root!
            .Elements("data")
            .ToDictionary(d => d.Attribute("name")!.Value, d => d.Element("value")!.Value);

    private static string[] Placeholders(string text) =>
        [.. Placeholder().Matches(text).Select(m => m.Value).Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex("""\b(?:T|texts)\["([^"{]+)"[\],]""")]
    private static partial Regex UsedKey();

    [GeneratedRegex("""T\[\$"([A-Za-z]+\.)\{""")]
    private static partial Regex KeyPrefix();
}
