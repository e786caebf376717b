namespace Articles.Search;

/// <summary>The position of a search word in a text. <c>Word</c> is the same for all forms of the word.</summary>
public readonly record struct Mention(int At, int Length, string Word)
{
    /// <summary>The first position after the word.</summary>
    public int End => At + Length;
}

/// <summary>A part of a text, from one position up to, but not including, another.</summary>
public readonly record struct Passage(int From, int To);

/// <summary>Chooses the passages of a long text that show the search words.</summary>
public static class Passages
{
    /// <summary>
    /// Returns at most two passages, in the order of the text: the first one with the most search words, and the first one with the most of
    /// the remaining words. If there are no mentions, returns the beginning of the text.
    /// </summary>
    public static IReadOnlyList<Passage> Of(string text, IReadOnlyList<Mention> mentions, int length)
    {
        if (mentions.Count == 0) return [Cut(text, 0, length)];
        var first = Best(text, mentions, [], length);
        var known = mentions.Where(m => Within(m, first)).Select(m => m.Word).ToHashSet();
        // A second passage must not overlap the first one.
        var others = mentions.Where(m => m.At >= first.To + length / 4 || m.At + length <= first.From).ToArray();
        return others.Length == 0 ? [first] : [.. new[] { first, Best(text, others, known, length) }.OrderBy(p => p.From)];
    }

    private static Passage Best(string text, IReadOnlyList<Mention> mentions, HashSet<string> known, int length)
    {
        var (best, most) = (0, -1);
        for (var i = 0; i < mentions.Count; i++)
        {
            var words = new HashSet<string>();
            for (var j = i; j < mentions.Count && mentions[j].End <= mentions[i].At + length * 3 / 4; j++)
                if (!known.Contains(mentions[j].Word)) words.Add(mentions[j].Word);
            if (words.Count > most) (best, most) = (i, words.Count);
        }
        return Cut(text, mentions[best].At, length);
    }

    /// <summary>Places a quarter of the passage before the position, and does not split words if the text has spaces.</summary>
    private static Passage Cut(string text, int at, int length)
    {
        var from = Math.Max(0, at - length / 4);
        var to = Math.Min(text.Length, from + length);
        if (from > 0 && text.AsSpan(from - 1, at - from + 1).IndexOfAny(' ', '\n') is >= 0 and var space) from += space;
        if (to < text.Length && text.AsSpan(at, to - at + 1).LastIndexOfAny(' ', '\n') is > 0 and var last && last > length / 2)
            to = at + last;
        if (from > 0 && char.IsLowSurrogate(text[from])) from++;
        if (to < text.Length && char.IsLowSurrogate(text[to])) to--;
        return new(from, to);
    }

    private static bool Within(Mention mention, Passage passage) => mention.At >= passage.From && mention.End <= passage.To;
}
