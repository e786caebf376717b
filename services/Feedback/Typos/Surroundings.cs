using System.Text.RegularExpressions;

namespace Feedback;

/// <summary>The words of a spot with what stands around them, as they are in the article.</summary>
public sealed partial record Surroundings(string Before, string Selection, string After)
{
    /// <summary>At most so many code points on each side.</summary>
    public static Surroundings Of(Passage passage, Spot spot, int width)
    {
        var (words, end) = (passage.Words, spot.Start + spot.Length);
        return new(Last(words[..spot.Start], width), words[spot.Start..end], First(words[end..], width));
    }

    /// <summary>As many as it takes for the place to be the only one of its kind in its part.</summary>
    public static Surroundings Unique(Passage passage, Spot spot)
    {
        for (var width = 16; ; width *= 2)
        {
            var around = Of(passage, spot, width);
            if (width > passage.Words.Length || around.CountIn(passage.Words) == 1) return around;
        }
    }

    /// <summary>Counted as the articles service counts: spaces and line ends as one space.</summary>
    private int CountIn(string words)
    {
        var (text, sought, count) = (Flat(words), Flat(Before) + Flat(Selection) + Flat(After), 0);
        for (var i = text.IndexOf(sought, StringComparison.Ordinal); i >= 0; i = text.IndexOf(sought, i + 1, StringComparison.Ordinal))
            count++;
        return count;
    }

    private static string Flat(string text) => Spaces().Replace(text, " ");

    private static string First(string text, int width) => string.Concat(text.EnumerateRunes().Take(width));

    private static string Last(string text, int width)
    {
        var from = text.Length;
        for (var n = 0; n < width && from > 0; n++) from -= from > 1 && char.IsSurrogatePair(text[from - 2], text[from - 1]) ? 2 : 1;
        return text[from..];
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
