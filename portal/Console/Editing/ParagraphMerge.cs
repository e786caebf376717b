using System.Text.RegularExpressions;

namespace Portal.Console.Editing;

/// <summary>The text that an editor chooses for a part that two people changed.</summary>
public enum MergeChoice
{
    /// <summary>The text of this page.</summary>
    Mine,
    /// <summary>The text that is stored.</summary>
    Theirs,
    /// <summary>One text after the other.</summary>
    Both,
}

/// <summary>A part of a text in three versions: the common earlier one, the one of this page, and the one that is stored.</summary>
public sealed class MergePart
{
    public MergePart(string earlier, string mine, string theirs)
    {
        (Mine, Theirs, IsSame) = (mine, theirs, Same(mine, theirs));
        IsConflict = !IsSame && !Same(mine, earlier) && !Same(theirs, earlier);
        Choice = Same(mine, earlier) ? MergeChoice.Theirs : MergeChoice.Mine;
    }

    public string Mine { get; }
    public string Theirs { get; }

    /// <summary>Whether both versions are the same.</summary>
    public bool IsSame { get; }

    /// <summary>Whether both people changed this part, so that one of them must choose.</summary>
    public bool IsConflict { get; }

    /// <summary>At first the version of the person who changed the part, or the one of this page if both did.</summary>
    public MergeChoice Choice { get; set; }

    public string Result => Choice switch
    {
        MergeChoice.Mine => Mine,
        MergeChoice.Theirs => Theirs,
        _ => ParagraphMerge.Join([Mine, Theirs]),
    };

    private static bool Same(string one, string other) => one.TrimEnd() == other.TrimEnd();
}

/// <summary>
/// Merges two versions of a text by paragraphs: a paragraph that only one person changed is taken from that person. Markdown has an empty
/// line between paragraphs, and HTML the end of a block.
/// </summary>
public static partial class ParagraphMerge
{
    /// <summary>The longest comparison; longer texts are one part. It takes about 0.1 s.</summary>
    private const int MaxComparisons = 4_000_000;

    public static IReadOnlyList<MergePart> Of(string earlier, string mine, string theirs)
    {
        var (b, m, t) = (Split(earlier), Split(mine), Split(theirs));
        if ((long)b.Length * Math.Max(m.Length, t.Length) > MaxComparisons) return [new(earlier, mine, theirs)];
        var (inMine, inTheirs) = (Matches(b, m), Matches(b, t));
        var parts = new List<MergePart>();
        var (from, fromMine, fromTheirs) = (0, 0, 0);
        for (var i = 0; i <= b.Length; i++)
        {
            // Everything between two unchanged paragraphs is one part.
            if (i < b.Length && (inMine[i] < 0 || inTheirs[i] < 0)) continue;
            var (toMine, toTheirs) = i < b.Length ? (inMine[i], inTheirs[i]) : (m.Length, t.Length);
            Add(b[from..i], m[fromMine..toMine], t[fromTheirs..toTheirs]);
            if (i < b.Length) Add([b[i]], [m[toMine]], [t[toTheirs]]);
            (from, fromMine, fromTheirs) = (i + 1, toMine + 1, toTheirs + 1);
        }
        return parts;

        void Add(string[] old, string[] my, string[] their)
        {
            // As many paragraphs as before are those paragraphs, rewritten, so each is a part of its own.
            if (old.Length == my.Length && old.Length == their.Length)
                parts.AddRange(old.Select((paragraph, n) => new MergePart(paragraph, my[n], their[n])));
            else parts.Add(new(Join(old), Join(my), Join(their)));
        }
    }

    /// <summary>Joins paragraphs. One without a separator at its end gets that of its format.</summary>
    public static string Join(IEnumerable<string> paragraphs)
    {
        var text = new System.Text.StringBuilder();
        foreach (var paragraph in paragraphs.Where(p => p.Length > 0))
        {
            if (text.Length > 0 && !EndsParagraph().IsMatch(text.ToString(Math.Max(0, text.Length - 20), Math.Min(20, text.Length))))
                text.Append("\n\n");
            text.Append(paragraph);
        }
        return text.ToString();
    }

    private static string[] Split(string text) => [.. Paragraph().Matches(text).Select(p => p.Value).Where(p => p.Length > 0)];

    /// <summary>For each paragraph of the first text the same one in the second text, in a longest common sequence, or -1.</summary>
    private static int[] Matches(string[] one, string[] other)
    {
        var lengths = new int[one.Length + 1, other.Length + 1];
        for (var i = one.Length - 1; i >= 0; i--)
            for (var j = other.Length - 1; j >= 0; j--)
                lengths[i, j] = Same(i, j) ? lengths[i + 1, j + 1] + 1 : Math.Max(lengths[i + 1, j], lengths[i, j + 1]);
        var matches = new int[one.Length];
        for (int i = 0, j = 0; i < one.Length; i++)
        {
            while (j < other.Length && !Same(i, j) && lengths[i, j + 1] >= lengths[i + 1, j]) j++;
            matches[i] = j < other.Length && Same(i, j) ? j++ : -1;
        }
        return matches;

        bool Same(int i, int j) => one[i].AsSpan().TrimEnd().SequenceEqual(other[j].AsSpan().TrimEnd());
    }

    [GeneratedRegex(@"(?:\n[ \t\r]*\n|</(?:p|h[1-6]|ul|ol|dl|blockquote|pre|table|figure|div)>)\s*\z")]
    private static partial Regex EndsParagraph();

    [GeneratedRegex(
        @".*?(?:\n[ \t\r]*\n(?:[ \t\r]*\n)*|</(?:p|h[1-6]|ul|ol|dl|blockquote|pre|table|figure|div)>(?:[ \t\r]*\n)*|\z)",
        RegexOptions.Singleline)]
    private static partial Regex Paragraph();
}
