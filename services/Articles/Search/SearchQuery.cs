using System.Text.RegularExpressions;

namespace Articles.Search;

/// <summary>
/// The words that a reader typed, as a text search query of PostgreSQL. All words must occur. Words in quotation marks must follow each
/// other, a hyphen before a word excludes it, and <c>or</c> separates alternatives. In Chinese, all characters of a word must follow each
/// other.
/// </summary>
/// <param name="Language">The language in whose texts the words are searched.</param>
/// <param name="Text">The argument of <c>to_tsquery</c>; empty if there are no words.</param>
/// <param name="Sequence">The words in their order if their order is meaningful; otherwise empty.</param>
public sealed partial record SearchQuery(string Language, string Text, string Sequence)
{
    /// <summary>Parses the input of a reader.</summary>
    public static SearchQuery Of(string typed, string language) => language == "zh" ? Chinese(typed) : Spaced(typed, language);

    /// <summary>
    /// The same for a text that the reader is still typing: its last word may be the beginning of a longer one. A group cannot be.
    /// </summary>
    public static SearchQuery WithPrefix(string typed, string language)
    {
        var groups = WordGroup.Of(SearchText.Normalised(typed)).ToArray();
        var last = groups.Length == 0 || groups[^1].IsChinese || groups[^1].Words.Count > 1 ? -1 : groups.Length - 1;
        var terms = groups.Select((g, i) => i == last ? $"'{g.Words[0]}':*" : Term(g, language));
        return new(language, string.Join(" & ", terms), "");
    }

    private static SearchQuery Chinese(string typed) =>
        new("zh", string.Join(" & ", WordGroup.Of(SearchText.Normalised(typed)).Select(g => Term(g, "zh"))), "");

    private static SearchQuery Spaced(string typed, string language)
    {
        var (alternatives, terms, words, ordered) = (new List<string>(), new List<string>(), new List<string>(), true);
        foreach (Match part in Part().Matches(SearchText.Normalised(typed)))
        {
            var isPhrase = part.Groups["phrase"].Success;
            var groups = WordGroup.Of(part.Groups[isPhrase ? "phrase" : "word"].Value).ToArray();
            if (groups.Length == 0) continue;
            if (!isPhrase && part.Value.Trim() == "or")
            {
                if (terms.Count == 0) continue;
                alternatives.Add(string.Join(" & ", terms));
                terms.Clear();
                ordered = false;
                continue;
            }
            var term = isPhrase ? Phrase(groups.SelectMany(g => g.Words)) : string.Join(" & ", groups.Select(g => Term(g, language)));
            if (part.Groups["not"].Success) terms.Add($"!({term})");
            else
            {
                terms.Add(term);
                words.AddRange(groups.SelectMany(g => g.Words));
            }
        }
        if (terms.Count > 0) alternatives.Add(string.Join(" & ", terms));
        return new(language, string.Join(" | ", alternatives), ordered ? string.Join(' ', words) : "");
    }

    private static string Term(WordGroup group, string language)
    {
        if (language == "zh" && group.IsChinese) return ChineseWord(group.Words[0]);
        if (group.Words.Count == 1) return $"'{group.Words[0]}'";
        // Vectors of Chinese texts have no useful positions.
        var parts = language == "zh" ? string.Join(" & ", group.Words.Select(w => $"'{w}'")) : Phrase(group.Words);
        return group.Whole is null ? parts : $"({parts} | '{group.Whole}')";
    }

    /// <summary>
    /// A single Chinese character is searched as a prefix, because most are indexed only at the beginning of longer sequences.
    /// </summary>
    private static string ChineseWord(string word) => word.EnumerateRunes().Count() switch
    {
        1 => $"'{word}':*",
        2 => $"'{word}'",
        _ => string.Join(" & ", SearchText.Grams(word, 3).Select(g => $"'{g}'")),
    };

    private static string Phrase(IEnumerable<string> words) => string.Join(" <-> ", words.Select(w => $"'{w}'"));

    // A hyphen excludes a word only at the beginning of the word. Other hyphens are dashes, or are within a group.
    [GeneratedRegex("""
        ((?<=^|\s)(?<not>-))?["“”„«»](?<phrase>[^"“”„«»]*)["“”„«»]
        |((?<=^|\s)(?<not>-)(?=[\p{L}\p{N}]))?(?<word>[^\s"“”„«»]+)
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Part();
}
