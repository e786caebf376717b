namespace Articles.Search;

/// <summary>Finds the words that a reader may have meant.</summary>
public static class TypingErrors
{
    /// <summary>Longer words have too many neighbours; their corrections are found by similarity.</summary>
    private const int MaxLength = 24;
    private const string Latin = "abcdefghijklmnopqrstuvwxyz", Cyrillic = "абвгдежзийклмнопрстуфхцчшщъыьэюя";

    /// <summary>
    /// All texts that become the word by one typing error: a letter too many, missing, wrong, or swapped with its neighbour, or a missing
    /// space. Two words that should be separate are returned with a space between them.
    /// </summary>
    public static IReadOnlySet<string> Neighbours(string word)
    {
        var neighbours = new HashSet<string>(StringComparer.Ordinal);
        if (word.Length is < 2 or > MaxLength) return neighbours;
        var alphabet = word.Any(SearchText.IsCyrillic) ? Cyrillic : Latin;
        for (var i = 0; i <= word.Length; i++)
        {
            var (before, after) = (word[..i], word[i..]);
            if (before.Length > 1 && after.Length > 1) neighbours.Add($"{before} {after}");
            foreach (var letter in alphabet)
            {
                neighbours.Add($"{before}{letter}{after}");
                if (after.Length > 0) neighbours.Add($"{before}{letter}{after[1..]}");
            }
            if (after.Length > 0) neighbours.Add($"{before}{after[1..]}");
            if (after.Length > 1) neighbours.Add($"{before}{after[1]}{after[0]}{after[2..]}");
        }
        neighbours.Remove(word);
        return neighbours;
    }

    /// <summary>
    /// How many letters are too many, missing, wrong or swapped with their neighbour (the distance of optimal string alignment).
    /// </summary>
    public static int Distance(string typed, string meant)
    {
        var (beforeLast, last, row) = (new int[meant.Length + 1], new int[meant.Length + 1], new int[meant.Length + 1]);
        for (var j = 0; j <= meant.Length; j++) last[j] = j;
        for (var i = 1; i <= typed.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= meant.Length; j++)
            {
                var wrong = typed[i - 1] == meant[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + wrong);
                if (i > 1 && j > 1 && typed[i - 1] == meant[j - 2] && typed[i - 2] == meant[j - 1])
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
            }
            (beforeLast, last, row) = (last, row, beforeLast);
        }
        return last[meant.Length];
    }

    /// <summary>
    /// Sorts the candidates for a typed word, the most likely one first: those with fewer errors, those with the same first letter, because
    /// people rarely mistype it, and those that are used more often.
    /// </summary>
    internal static IEnumerable<string> Ranked(string typed, IEnumerable<(string Word, long Uses)> candidates) =>
        candidates.OrderBy(c => Distance(typed, c.Word))
            .ThenByDescending(c => c.Uses * (c.Word[0] == typed[0] ? 10 : 1))
            .ThenBy(c => c.Word, StringComparer.Ordinal)
            .Select(c => c.Word);

    /// <summary>The number of errors up to which a similar word is offered.</summary>
    internal static int MaxErrors(string word) => word.Length switch { < 6 => 1, < 11 => 2, _ => 3 };
}
