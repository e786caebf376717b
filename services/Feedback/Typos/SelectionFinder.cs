using Platform.EventSourcing;


namespace Feedback.Typos;

/// <summary>A location in an article: a range of characters in <see cref="PartText.Text"/> of one part.</summary>
public sealed record Spot(string Lang, Part Part, int Start, int Length) : Stored;

/// <summary>The result of a search for a selection: one spot, or none and the number of equally good candidates.</summary>
public sealed record SelectionMatch(Spot? Spot, int Candidates);

/// <summary>
/// Finds the text that a reader selected. It must occur unchanged within one block element. Among several occurrences, the one with the
/// longest matching context is chosen, where white space is ignored. If several match equally well, none is chosen.
/// </summary>
public static class SelectionFinder
{
    public static SelectionMatch Find(IEnumerable<PartText> parts, string selection, string before, string after)
    {
        var sought = FlatText.Of(selection);
        if (sought.Length == 0) return new(null, 0);
        var (left, right) = (WithoutSpace(before), WithoutSpace(after));
        var found = parts.SelectMany(p => FindIn(p, sought, left, right)).OrderByDescending(f => f.Score).ToArray();
        var best = found.Count(f => f.Score == found[0].Score);
        return best == 1 ? new(found[0].Spot, 1) : new(null, best);
    }

    private static IEnumerable<(Spot Spot, int Score)> FindIn(PartText part, string sought, string left, string right)
    {
        var flat = new FlatText(part.Text, part.Edges);
        foreach (var (index, start, length) in flat.Find(sought))
            yield return (
                new Spot(part.Lang, part.Part, start, length),
                MatchBefore(flat.Text, index, left) + MatchAfter(flat.Text, index + sought.Length, right));
    }

    /// <summary>How many characters before the index match the end of the context.</summary>
    private static int MatchBefore(string text, int index, string context)
    {
        var matched = 0;
        for (var i = index - 1; i >= 0 && matched < context.Length; i--)
        {
            if (IsBlank(text[i])) continue;
            if (text[i] != context[^(matched + 1)]) break;
            matched++;
        }
        return matched;
    }

    private static int MatchAfter(string text, int index, string context)
    {
        var matched = 0;
        for (var i = index; i < text.Length && matched < context.Length; i++)
        {
            if (IsBlank(text[i])) continue;
            if (text[i] != context[matched]) break;
            matched++;
        }
        return matched;
    }

    private static bool IsBlank(char c) => c is ' ' or '\n';

    private static string WithoutSpace(string context) => string.Concat(new FlatText(context).Text.Where(c => !IsBlank(c)));
}
