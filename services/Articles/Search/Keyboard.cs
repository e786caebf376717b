using System.Text;
using AnyAscii;

namespace Articles.Search;

/// <summary>Words that were typed with another keyboard layout, or in the letters of another alphabet.</summary>
public static class Keyboard
{
    private const string
        LatinKeys = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.",
        LatinShifted = "~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>",
        CyrillicKeys = "ёйцукенгшщзхъфывапролджэячсмитьбю",
        CyrillicShifted = "ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ";

    private const string Vowels = "aeiouy";

    private static readonly Dictionary<char, char> ToCyrillic = Map(LatinKeys + LatinShifted, CyrillicKeys + CyrillicShifted);
    private static readonly Dictionary<char, char> ToLatin = Map(CyrillicKeys + CyrillicShifted, LatinKeys + LatinShifted);

    // Longer sequences come first.
    private static readonly (string Latin, string Cyrillic)[] Transliteration =
    [
        ("shch", "щ"), ("sch", "щ"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("ch", "ч"), ("sh", "ш"), ("yu", "ю"), ("ju", "ю"),
        ("ya", "я"), ("ja", "я"), ("yo", "е"), ("jo", "е"), ("ye", "е"), ("ck", "к"), ("ph", "ф"), ("a", "а"), ("b", "б"), ("c", "к"),
        ("d", "д"), ("e", "е"), ("f", "ф"), ("g", "г"), ("h", "х"), ("i", "и"), ("j", "й"), ("k", "к"), ("l", "л"), ("m", "м"),
        ("n", "н"), ("o", "о"), ("p", "п"), ("q", "к"), ("r", "р"), ("s", "с"), ("t", "т"), ("u", "у"), ("v", "в"), ("w", "в"),
        ("x", "кс"), ("y", "ы"), ("z", "з"), ("'", "ь"),
    ];

    /// <summary>
    /// The words of a query in the letters that are on the same keys of the other layout: <c>ckjd</c> becomes слов, and ыгььше becomes
    /// summit. Null if the query has no letters of one of the two alphabets, or of both.
    /// </summary>
    public static (string Words, string Language)? OtherLayout(string typed) => Alphabet(typed) switch
    {
        "en" => (Replace(typed, ToCyrillic), "ru"),
        "ru" => (Replace(typed, ToLatin), "en"),
        _ => null,
    };

    /// <summary>
    /// The words of a query in the letters of the other alphabet: <c>shos</c> becomes шос, and саммит becomes sammit. Null as in
    /// <see cref="OtherLayout"/>.
    /// </summary>
    public static (string Words, string Language)? Transliterated(string typed) => Alphabet(typed) switch
    {
        "en" => (Cyrillic(typed.ToLowerInvariant()), "ru"),
        "ru" => (typed.ToLowerInvariant().Transliterate(), "en"),
        _ => null,
    };

    private static string? Alphabet(string typed)
    {
        var (latin, cyrillic) = (typed.Any(char.IsAsciiLetter), typed.Any(SearchText.IsCyrillic));
        return latin == cyrillic || typed.EnumerateRunes().Any(WordGroup.IsHan) ? null : latin ? "en" : "ru";
    }

    private static string Cyrillic(string latin)
    {
        var words = new StringBuilder();
        for (var at = 0; at < latin.Length;)
        {
            var found = Transliteration.FirstOrDefault(t => string.CompareOrdinal(latin, at, t.Latin, 0, t.Latin.Length) == 0);
            if (found.Latin == "y" && at > 0 && Vowels.Contains(latin[at - 1])) words.Append('й');
            else words.Append(found.Cyrillic ?? latin[at].ToString());
            at += found.Latin?.Length ?? 1;
        }
        return words.ToString();
    }

    private static string Replace(string typed, Dictionary<char, char> keys) =>
        string.Concat(typed.Select(c => keys.GetValueOrDefault(c, c)));

    private static Dictionary<char, char> Map(string from, string to) => from.Zip(to).ToDictionary(k => k.First, k => k.Second);
}
