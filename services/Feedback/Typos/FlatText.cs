using System.Globalization;
using System.Text;

namespace Feedback;

/// <summary>
/// Text as it is compared: composed (NFC), each run of white space one space, each edge of a block a line end, invisible characters left
/// out. It knows where in the original each of its characters stood. What a reader sees as one character (an emoji with its modifiers, a
/// letter with its marks) is never divided.
/// </summary>
public sealed class FlatText
{
    private readonly List<(int Start, int End)> _origin = [];

    public FlatText(string text, IReadOnlySet<int>? edges = null)
    {
        var flat = new StringBuilder(text.Length);
        for (var (i, length) = (0, 0); i < text.Length; i += length)
        {
            length = StringInfo.GetNextTextElementLength(text.AsSpan(i));
            if (edges?.Contains(i) == true) Edge(flat, i);
            if (IsInvisible(text, i, length)) continue;
            if (char.IsWhiteSpace(text[i])) Space(flat, i, length);
            else Append(flat, Composed(text.Substring(i, length)), i, i + length);
        }
        Text = flat.ToString();
    }

    public string Text { get; }

    /// <summary>White space as one space, none at the ends; composed. For what a reader selected.</summary>
    public static string Of(string text) => new FlatText(text).Text.Trim();

    /// <summary>How many characters as Unicode counts them.</summary>
    public static int CodePoints(string text) => text.EnumerateRunes().Count();

    /// <summary>Where the selection stands in the original, each time it is there, and the index in this text.</summary>
    public IEnumerable<(int Index, int Start, int Length)> Find(string selection)
    {
        for (var i =
            Text.IndexOf(selection, StringComparison.Ordinal); i >= 0; i = Text.IndexOf(selection, i + 1, StringComparison.Ordinal))
        {
            var end = i + selection.Length;
            if (Divides(i) || Divides(end)) continue;
            yield return (i, _origin[i].Start, _origin[end - 1].End - _origin[i].Start);
        }
    }

    private bool Divides(int index) => index > 0 && index < _origin.Count && _origin[index] == _origin[index - 1];

    private void Edge(StringBuilder flat, int at)
    {
        if (flat.Length == 0 || flat[^1] == '\n') return;
        if (flat[^1] == ' ') flat[^1] = '\n';
        else Append(flat, "\n", at, at);
    }

    private void Space(StringBuilder flat, int at, int length)
    {
        if (flat.Length > 0 && flat[^1] is not (' ' or '\n')) Append(flat, " ", at, at + length);
    }

    private void Append(StringBuilder flat, string characters, int start, int end)
    {
        flat.Append(characters);
        foreach (var _ in characters) _origin.Add((start, end));
    }

    // Soft hyphen, zero-width space, word joiner, byte order mark: a selection may or may not bring them along.
    private static bool IsInvisible(string text, int at, int length) =>
        length == 1 && text[at] is '\u00AD' or '\u200B' or '\u2060' or '\uFEFF';

    private static string Composed(string element)
    {
        // Half a character and U+FFFE, which is none, cannot be composed; each equals only itself.
        var isText = !element.EnumerateRunes().Any(r => r == Rune.ReplacementChar || r.Value == 0xFFFE);
        return isText ? element.Normalize(NormalizationForm.FormC) : element;
    }
}
