using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Articles;

/// <summary>
/// Words as they are looked up. PostgreSQL stems English and Russian; for Chinese, which writes no spaces, every two and every three
/// neighbouring characters are a word, so that the index alone answers for words of any length.
/// </summary>
public static partial class SearchText
{
    /// <summary>Characters of a text that are indexed: a vector holds one megabyte at most.</summary>
    private const int Longest = 100_000, LongestChinese = 25_000;

    /// <summary>Title, lead and body, a line each; empty where the article has no text in the language.</summary>
    public static string Of(Content content, string language)
    {
        if (!content.Texts.TryGetValue(language, out var text)) return "";
        var all = $"{text.Title}\n{text.Lead}\n{PlainText.OfHtml(text.BodyHtml)}";
        var longest = language == "zh" ? LongestChinese : Longest;
        return all.Length <= longest ? all : PlainText.Xml(all[..longest]);
    }

    /// <summary>The text as PostgreSQL is to split it into words.</summary>
    public static string ForVector(string text, string language) => language switch
    {
        "zh" => string.Join(' ', Words(text).SelectMany(w => Grams(w, 2).Concat(Grams(w, 3)).DefaultIfEmpty(w))),
        // PostgreSQL takes what looks like a script for one and skips it.
        "ru" => Yo(text).Replace('<', ' ').Replace('>', ' '),
        _ => text.Replace('<', ' ').Replace('>', ' '),
    };

    /// <summary>What a reader typed, as a query: the SQL expression and its argument.</summary>
    public static (string Sql, string Argument) Query(string words, string language) => language switch
    {
        "zh" => ("to_tsquery('simple', ?)", string.Join(" & ", Words(words).Select(Phrase))),
        "ru" => ("websearch_to_tsquery('russian', ?)", Yo(Single(words))),
        _ => ("websearch_to_tsquery('english', ?)", Single(words)),
    };

    /// <summary>
    /// Without hyphens that stand before no word: a dash is no negation, as which PostgreSQL reads each, and it fails at the 33rd.
    /// </summary>
    private static string Single(string words) => LooseHyphen().Replace(words, " ");

    /// <summary>Small letters, and е for ё; each character stays at its place.</summary>
    public static string Folded(string text) => Yo(text.ToLowerInvariant());

    /// <summary>What the index knows of English or Russian words, as an SQL array; <paramref name="folded"/> is an expression.</summary>
    public static string Stems(string folded, string language) =>
        $"tsvector_to_array(to_tsvector('{(language == "ru" ? "russian" : "english")}', {folded}))";

    /// <summary>The language of a query whose reader named none, by its script.</summary>
    public static string LanguageOf(string words) =>
        words.EnumerateRunes().Any(IsHan) ? "zh" : words.Any(c => c is >= '\u0400' and <= '\u04FF') ? "ru" : "en";

    /// <summary>Runs of Chinese characters, and words of letters and digits in other scripts.</summary>
    public static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        var han = false;
        // Normalising throws at characters that no XML may hold either.
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

    /// <summary>Each run of so many characters of a Chinese word; none of a word in another script.</summary>
    private static IEnumerable<string> Grams(string word, int size)
    {
        var runes = word.EnumerateRunes().ToArray();
        if (!IsHan(runes[0])) yield break;
        for (var i = 0; i + size <= runes.Length; i++) yield return string.Concat(runes.Skip(i).Take(size));
    }

    /// <summary>A single character begins a longer word, or stands alone.</summary>
    private static string Phrase(string word) => word.EnumerateRunes().Count() switch
    {
        _ when !IsHan(Rune.GetRuneAt(word, 0)) => $"'{word}'",
        1 => $"'{word}':*",
        2 => $"'{word}'",
        _ => string.Join(" & ", Grams(word, 3).Select(g => $"'{g}'")),
    };

    /// <summary>Many write е for ё, and nobody types it when searching.</summary>
    private static string Yo(string text) => text.Replace('ё', 'е').Replace('Ё', 'Е');

    [GeneratedRegex(@"-(?![\p{L}\p{M}\p{N}""])")]
    private static partial Regex LooseHyphen();

    private static bool IsHan(Rune rune) =>
        rune.Value is >= 0x3400 and <= 0x4DBF or >= 0x4E00 and <= 0x9FFF or >= 0xF900 and <= 0xFAFF or >= 0x20000 and <= 0x323AF;
}
