using System.Text;
using System.Text.RegularExpressions;
using Articles.Publishing;
using Articles.Texts;

namespace Articles.Search;

/// <summary>
/// Converts texts and queries to search words, in the same way (docs/decisions/0134). PostgreSQL stems English and Russian. Chinese is
/// written without spaces, so every sequence of two and of three characters is indexed as a word, and the index can find words of any
/// length.
/// </summary>
public static partial class SearchText
{
    /// <summary>The number of characters of a text that are indexed, because a vector holds at most one megabyte.</summary>
    private const int MaxLength = 100_000, MaxChineseLength = 25_000;

    /// <summary>
    /// Title, lead and body on separate lines, as excerpts show them: composed, and without invisible characters, which would hide words.
    /// Empty if the article has no text in the language.
    /// </summary>
    public static string Of(Content content, string language)
    {
        if (!content.Texts.TryGetValue(language, out var text)) return "";
        var all = Invisible().Replace($"{text.Title}\n{text.Lead}\n{PlainText.OfHtml(text.BodyHtml)}", "");
        var maxLength = language == "zh" ? MaxChineseLength : MaxLength;
        return PlainText.Xml(all.Length <= maxLength ? all : all[..maxLength]).Normalize(NormalizationForm.FormC);
    }

    /// <summary>
    /// The text with one form for characters that readers do not tell apart: composed letters, lower case, е for ё, no diacritics on Latin
    /// letters, no stress marks, simplified Chinese characters, and the usual form of compatible characters such as full-width letters.
    /// </summary>
    public static string Normalised(string text)
    {
        // Normalize throws for some characters that are also invalid in XML, so these are removed first.
        var visible = InWords().Replace(Invisible().Replace(PlainText.Xml(text), ""), "");
        var composed = GroupedDigits().Replace(visible, ",").Normalize(NormalizationForm.FormKC);
        return CharacterFolding.Fold(Accents().Replace(composed, ""));
    }

    /// <summary>The text with folded characters, whose positions do not change.</summary>
    public static string Folded(string text) => CharacterFolding.Fold(text);

    /// <summary>
    /// The words of a text for PostgreSQL, separated by spaces: the words of every group in their order, and at the end the groups as whole
    /// words, so that these do not stand between words that follow each other.
    /// </summary>
    public static string ForVector(string text, string language)
    {
        var (words, whole) = (new List<string>(), new List<string>());
        foreach (var group in WordGroup.Of(Normalised(text)))
        {
            if (language == "zh" && group.IsChinese) words.AddRange(Grams(group.Words[0], 2).Concat(Grams(group.Words[0], 3))
                .DefaultIfEmpty(group.Words[0]));
            else words.AddRange(group.Words);
            if (group.Whole is not null) whole.Add(group.Whole);
        }
        return string.Join(' ', words.Concat(whole));
    }

    /// <summary>The words of a text in their order, separated by spaces and without whole groups.</summary>
    public static string Sequence(string text) => string.Join(' ', WordGroup.Of(Normalised(text)).SelectMany(g => g.Words));

    /// <summary>
    /// An SQL expression for the array of stems that the index has for English or Russian words. <paramref name="words"/> is an SQL
    /// expression for normalised words.
    /// </summary>
    public static string Stems(string words, string language) => $"tsvector_to_array(to_tsvector('{Configuration(language)}', {words}))";

    /// <summary>The text search configuration of PostgreSQL for a language.</summary>
    public static string Configuration(string language) => language switch { "zh" => "simple", "ru" => "russian", _ => "english" };

    /// <summary>Detects the language of a query by its script.</summary>
    public static string LanguageOf(string words) =>
        words.EnumerateRunes().Any(WordGroup.IsHan) ? "zh" : words.Any(IsCyrillic) ? "ru" : "en";

    /// <summary>Whether a character is a Cyrillic letter.</summary>
    public static bool IsCyrillic(char character) => character is >= '\u0400' and <= '\u04FF';

    /// <summary>All sequences of the given size in a Chinese word.</summary>
    internal static IEnumerable<string> Grams(string word, int size)
    {
        var runes = word.EnumerateRunes().ToArray();
        for (var i = 0; i + size <= runes.Length; i++) yield return string.Concat(runes.Skip(i).Take(size));
    }

    /// <summary>Soft hyphens, spaces without width, and marks of direction.</summary>
    [GeneratedRegex("[\u00AD\u034F\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]")]
    private static partial Regex Invisible();

    /// <summary>Joiners, which change the appearance of emoji and of some scripts, so that excerpts keep them.</summary>
    [GeneratedRegex("[\u200C\u200D\uFE00-\uFE0F]")]
    private static partial Regex InWords();

    /// <summary>Spaces that group the digits of a number.</summary>
    [GeneratedRegex(@"(?<=\d)[\u00A0\u2007\u2009\u202F](?=\d{3}(?!\d))")]
    private static partial Regex GroupedDigits();

    /// <summary>Combining accents that have no composed letter, such as stress marks.</summary>
    [GeneratedRegex("[\u0300-\u036F]")]
    private static partial Regex Accents();
}
