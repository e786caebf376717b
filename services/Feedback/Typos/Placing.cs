using Platform.EventSourcing;

namespace Feedback;

/// <summary>A place in what readers were served: characters of one part's <see cref="Passage.Words"/>.</summary>
public sealed record Spot(string Lang, Part Part, int Start, int Length) : Stored;

/// <summary>What the search for a selection came to: one spot, or none and how many would fit equally well.</summary>
public sealed record Placed(Spot? Spot, int Candidates);

/// <summary>
/// Finds what a reader selected. The selection must be there as it is, within one block; what stood around it decides between several: the
/// longer it agrees, white space aside, the better. Several that fit equally well are no answer.
/// </summary>
public static class Placing
{
    public static Placed Find(IEnumerable<Passage> passages, string selection, string before, string after)
    {
        var sought = FlatText.Of(selection);
        if (sought.Length == 0) return new(null, 0);
        var (left, right) = (Bare(before), Bare(after));
        var found = passages.SelectMany(p => In(p, sought, left, right)).OrderByDescending(f => f.Agrees).ToArray();
        var best = found.Count(f => f.Agrees == found[0].Agrees);
        return best == 1 ? new(found[0].Spot, 1) : new(null, best);
    }

    private static IEnumerable<(Spot Spot, int Agrees)> In(Passage passage, string sought, string left, string right)
    {
        var flat = new FlatText(passage.Words, passage.Edges);
        foreach (var (index, start, length) in flat.Find(sought))
            yield return (
                new Spot(passage.Lang, passage.Part, start, length),
                Before(flat.Text, index, left) + After(flat.Text, index + sought.Length, right));
    }

    /// <summary>How many characters before the index agree with the end of the context.</summary>
    private static int Before(string text, int index, string context)
    {
        var agrees = 0;
        for (var i = index - 1; i >= 0 && agrees < context.Length; i--)
        {
            if (IsBlank(text[i])) continue;
            if (text[i] != context[^(agrees + 1)]) break;
            agrees++;
        }
        return agrees;
    }

    private static int After(string text, int index, string context)
    {
        var agrees = 0;
        for (var i = index; i < text.Length && agrees < context.Length; i++)
        {
            if (IsBlank(text[i])) continue;
            if (text[i] != context[agrees]) break;
            agrees++;
        }
        return agrees;
    }

    private static bool IsBlank(char c) => c is ' ' or '\n';

    private static string Bare(string context) => string.Concat(new FlatText(context).Text.Where(c => !IsBlank(c)));
}
