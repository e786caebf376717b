using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Articles.Publishing;
using Articles.Texts;

namespace Articles.Search;

/// <summary>
/// Converts texts and queries to search words. PostgreSQL stems English and Russian. Chinese is written without spaces, so every sequence
/// of two and of three characters is indexed as a word, and the index can find words of any length.
/// </summary>
public static partial class SearchText
{
    /// <summary>The number of characters of a text that are indexed, because a vector holds at most one megabyte.</summary>
    private const int MaxLength = 100_000, MaxChineseLength = 25_000;

    /// <summary>Title, lead and body on separate lines; empty if the article has no text in the language.</summary>
    public static string Of(Content content, string language)
    {
        if (!content.Texts.TryGetValue(language, out var text)) return "";
        var all = $"{text.Title}\n{text.Lead}\n{PlainText.OfHtml(text.BodyHtml)}";
        var maxLength = language == "zh" ? MaxChineseLength : MaxLength;
        return all.Length <= maxLength ? all : PlainText.Xml(all[..maxLength]);
    }

    /// <summary>The text in the form that PostgreSQL splits into words.</summary>
    public static string ForVector(string text, string language) => language switch
    {
        "zh" => string.Join(' ', Words(text).SelectMany(w => Grams(w, 2).Concat(Grams(w, 3)).DefaultIfEmpty(w))),
        // PostgreSQL skips text that looks like an HTML tag.
        "ru" => ReplaceYo(text).Replace('<', ' ').Replace('>', ' '),
        _ => text.Replace('<', ' ').Replace('>', ' '),
    };

    /// <summary>Converts the input of a reader to an SQL query expression and its argument.</summary>
    public static (string Sql, string Argument) Query(string words, string language) => language switch
    {
        "zh" => ("to_tsquery('simple', ?)", string.Join(" & ", Words(words).Select(Phrase))),
        "ru" => ("websearch_to_tsquery('russian', ?)", ReplaceYo(RemoveLooseHyphens(words))),
        _ => ("websearch_to_tsquery('english', ?)", RemoveLooseHyphens(words)),
    };

    /// <summary>
    /// Removes hyphens that are not followed by a word, such as dashes. PostgreSQL would read each as a negation, and fails at the 33rd.
    /// </summary>
    private static string RemoveLooseHyphens(string words) => LooseHyphen().Replace(words, " ");

    /// <summary>Lower case, with е instead of ё. The positions of characters do not change.</summary>
    public static string Folded(string text) => ReplaceYo(text.ToLowerInvariant());

    /// <summary>
    /// An SQL expression for the array of stems that the index has for English or Russian words. <paramref name="folded"/> is an SQL
    /// expression for the words.
    /// </summary>
    public static string Stems(string folded, string language) =>
        $"tsvector_to_array(to_tsvector('{(language == "ru" ? "russian" : "english")}', {folded}))";

    /// <summary>Detects the language of a query by its script.</summary>
    public static string LanguageOf(string words) =>
        words.EnumerateRunes().Any(IsHan) ? "zh" : words.Any(c => c is >= '\u0400' and <= '\u04FF') ? "ru" : "en";

    /// <summary>Splits a text into sequences of Chinese characters, and into words of letters and digits in other scripts.</summary>
    public static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        var han = false;
        // Normalize throws for some characters that are also invalid in XML, so these are removed first.
        foreach (var rune in PlainText.Xml(text).Normalize(NormalizationForm.FormKC).EnumerateRunes())
        {
            var letter = Rune.IsLetterOrDigit(rune);
            if (word.Length > 0 && (!letter || IsHan(rune) != han))
            {
                yield return word.ToString();
                word.Clear();
            }
            if (!letter) continue;
            han = IsHan(rune);
            word.Append(Rune.ToLower(rune, CultureInfo.InvariantCulture).ToString());
        }
        if (word.Length > 0) yield return word.ToString();
    }

    /// <summary>All sequences of the given size in a Chinese word; none for a word in another script.</summary>
    private static IEnumerable<string> Grams(string word, int size)
    {
        var runes = word.EnumerateRunes().ToArray();
        if (!IsHan(runes[0])) yield break;
        for (var i = 0; i + size <= runes.Length; i++) yield return string.Concat(runes.Skip(i).Take(size));
    }

    /// <summary>
    /// A single Chinese character is searched as a prefix, because most are indexed only at the beginning of longer sequences.
    /// </summary>
    private static string Phrase(string word) => word.EnumerateRunes().Count() switch
    {
        _ when !IsHan(Rune.GetRuneAt(word, 0)) => $"'{word}'",
        1 => $"'{word}':*",
        2 => $"'{word}'",
        _ => string.Join(" & ", Grams(word, 3).Select(g => $"'{g}'")),
    };

    /// <summary>Many authors write е instead of ё, and readers rarely type ё in a search.</summary>
    private static string ReplaceYo(string text) => text.Replace('ё', 'е').Replace('Ё', 'Е');

    [GeneratedRegex(@"-(?![\p{L}\p{M}\p{N}""])")]
    private static partial Regex LooseHyphen();

    private static bool IsHan(Rune rune) =>
        rune.Value is >= 0x3400 and <= 0x4DBF or >= 0x4E00 and <= 0x9FFF or >= 0xF900 and <= 0xFAFF or >= 0x20000 and <= 0x323AF;
}
