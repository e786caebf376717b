using System.Buffers;
using System.Globalization;
using System.Text;

namespace Articles.Search;

/// <summary>
/// Words that are written together, such as co-operation, Astana/Bishkek, 2026-2035 or SSJ100. <c>Whole</c> is the group as one word
/// (cooperation, ssj100), so that readers find it however they write it; null if there is one word, or if the whole has no meaning.
/// </summary>
internal sealed record WordGroup(IReadOnlyList<string> Words, string? Whole, bool IsChinese = false)
{
    /// <summary>Longer words are cut off. PostgreSQL cannot store words of more than 2 kB.</summary>
    public const int MaxWordLength = 100;
    private const int MaxWordsOfWhole = 5;

    /// <summary>The characters that join words to a group if there is no space between them.</summary>
    public static readonly SearchValues<char> Joints = SearchValues.Create("-/.,'_&@:+\u2010\u2011\u2012\u2013\u2014\u2019\u2212");

    /// <summary>
    /// Splits a folded text (<see cref="SearchText.Normalised"/>). A word consists of letters, of digits or of Chinese characters.
    /// </summary>
    public static IEnumerable<WordGroup> Of(string text)
    {
        var (words, word, kind, hasWhole) = (new List<string>(), new StringBuilder(), Kind.None, true);
        // The character between two words of a group; null between SSJ and 100.
        char? joint = null;
        foreach (var rune in text.EnumerateRunes())
        {
            var next = KindOf(rune);
            if (next == Kind.None)
            {
                Close();
                // Two characters that are no letters end a group.
                if (words.Count > 0 && joint is null && rune.IsBmp && Joints.Contains((char)rune.Value)) joint = (char)rune.Value;
                else if (words.Count > 0) yield return Group();
                continue;
            }
            if (next != kind)
            {
                Close();
                if (words.Count > 0 && (next == Kind.Chinese || kind == Kind.Chinese || (joint == ',' && next != Kind.Digit)))
                    yield return Group();
            }
            if (word.Length == 0 && joint is { } between)
            {
                if (words.Count > 0 && (next == Kind.Chinese || (between == ',' && kind != Kind.Digit))) yield return Group();
                // 1,000 is one number. 2026-2035, 1.5 and 10:30 are not the number 20262035, 15 or 1030.
                else if (kind == Kind.Digit && next == Kind.Digit && between != ',') hasWhole = false;
                joint = null;
            }
            kind = next;
            if (rune.IsBmp) word.Append((char)rune.Value);
            else word.Append(rune.ToString());
        }
        Close();
        if (words.Count > 0) yield return Group();

        void Close()
        {
            if (word.Length == 0) return;
            words.Add(word.Length > MaxWordLength ? word.ToString(0, MaxWordLength) : word.ToString());
            word.Clear();
        }

        WordGroup Group()
        {
            var group = new WordGroup(
                [.. words], hasWhole && words.Count is > 1 and <= MaxWordsOfWhole ? string.Concat(words) : null, kind == Kind.Chinese);
            words.Clear();
            (hasWhole, joint) = (true, null);
            return group;
        }
    }

    /// <summary>Whether a character is Chinese.</summary>
    public static bool IsHan(Rune rune) =>
        rune.Value is >= 0x3400 and <= 0x4DBF or >= 0x4E00 and <= 0x9FFF or >= 0xF900 and <= 0xFAFF or >= 0x20000 and <= 0x323AF;

    private enum Kind { None, Letter, Digit, Chinese }

    private static Kind KindOf(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.DecimalDigitNumber => Kind.Digit,
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark => Kind.Letter,
        UnicodeCategory.OtherLetter => IsHan(rune) ? Kind.Chinese : Kind.Letter,
        _ => Kind.None,
    };
}
