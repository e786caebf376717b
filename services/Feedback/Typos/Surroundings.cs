using System.Text.RegularExpressions;

namespace Feedback.Typos;

/// <summary>The text of a spot and its context, unchanged from the article.</summary>
public sealed partial record Surroundings(string Before, string Selection, string After)
{
    /// <summary>The context has at most <paramref name="width"/> code points on each side.</summary>
    public static Surroundings Of(PartText part, Spot spot, int width)
    {
        var (text, end) = (part.Text, spot.Start + spot.Length);
        return new(Last(text[..spot.Start], width), text[spot.Start..end], First(text[end..], width));
    }

    /// <summary>The context is as wide as necessary to make the location unique in its part.</summary>
    public static Surroundings Unique(PartText part, Spot spot)
    {
        for (var width = 16; ; width *= 2)
        {
            var context = Of(part, spot, width);
            if (width > part.Text.Length || context.CountIn(part.Text) == 1) return context;
        }
    }

    /// <summary>Counts occurrences like the articles service, with each run of white space as one space.</summary>
    private int CountIn(string partText)
    {
        var (text, sought, count) = (Flat(partText), Flat(Before) + Flat(Selection) + Flat(After), 0);
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
