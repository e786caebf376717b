using System.Text.RegularExpressions;
using System.Xml.Linq;
using Kit;
using Xunit;

namespace Unit.Portal;

/// <summary>The texts of the portal: all of them in three languages, each in its own.</summary>
public partial class TextTests
{
    public static TheoryData<string> Files { get; } = ["ReaderTexts", "ConsoleTexts", "DeskTexts"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_text_is_in_all_three_languages(string file)
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
    public void No_text_is_in_another_language(string file)
    {
        foreach (var lang in new[] { "en", "ru", "zh" })
            Assert.All(Texts(file, lang), t => Assert.False(Scripts.ForeignTo(lang).IsMatch(t.Value), $"{t.Key}: {t.Value}"));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_language_fills_the_same_gaps(string file)
    {
        foreach (var (key, english) in Texts(file, "en"))
            Assert.All(new[] { "ru", "zh" }, lang => Assert.Equal(Gaps(english), Gaps(Texts(file, lang)[key])));
    }

    [Theory]
    [InlineData("Reader", "ReaderTexts"), InlineData("Console", "ConsoleTexts")]
    public void Every_text_a_page_names_is_there_and_every_text_is_named(string folder, string file)
    {
        var source = string.Join(
            '\n',
            Directory.GetFiles(Repository.Path("services", "Portal", folder), "*.*", SearchOption.AllDirectories).Select(File.ReadAllText));
        var keys = Texts(file, "en").Keys;

        var named = Named().Matches(source).Select(m => m.Groups[1].Value).Distinct().ToArray();
        Assert.InRange(named.Length, 80, 500);
        Assert.Empty(named.Except(keys));
        // "Missing.{Part}" and the like are completed while a page is made.
        var begun = Begun().Matches(source).Select(m => m.Groups[1].Value).ToArray();
        Assert.All(
            keys,
            k =>
                Assert.True(
                    source.Contains($"\"{k}\"", StringComparison.Ordinal) || begun.Any(b => k.StartsWith(b, StringComparison.Ordinal)),
                    $"no page says {k}"));
    }

    [Fact]
    public void Whatever_may_be_missing_has_words_that_say_so() => Assert.All(
        typeof(global::Portal.Reader.Part).GetFields().Select(f => (string)f.GetValue(null)!),
        part => Assert.Contains($"Missing.{part}", Texts("ReaderTexts", "en").Keys));

    private static Dictionary<string, string> Texts(string file, string lang) =>
        XDocument.Parse(Repository.Read("services", "Portal", "Resources", $"{file}{(lang == "en" ? "" : "." + lang)}.resx")).Root!
            .Elements("data")
            .ToDictionary(d => d.Attribute("name")!.Value, d => d.Element("value")!.Value);

    private static string[] Gaps(string text) => [.. Gap().Matches(text).Select(m => m.Value).Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Gap();

    [GeneratedRegex("""\b(?:T|texts)\["([^"{]+)"[\],]""")]
    private static partial Regex Named();

    [GeneratedRegex("""T\[\$"([A-Za-z]+\.)\{""")]
    private static partial Regex Begun();
}
