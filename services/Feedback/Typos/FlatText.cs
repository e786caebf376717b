using System.Globalization;
using System.Text;

namespace Feedback.Typos;

/// <summary>
/// A text in the form in which it is compared: normalised to NFC, with each run of white space as one space, with a line end at each block
/// boundary, and without invisible characters. It maps each character to its position in the original. Graphemes (such as an emoji with its
/// modifiers, or a letter with its marks) are never split.
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
            if (edges?.Contains(i) == true) AppendEdge(flat, i);
            if (IsInvisible(text, i, length)) continue;
            if (char.IsWhiteSpace(text[i])) AppendSpace(flat, i, length);
            else Append(flat, Compose(text.Substring(i, length)), i, i + length);
        }
        Text = flat.ToString();
    }

    public string Text { get; }

    /// <summary>The trimmed flat form of a selected text.</summary>
    public static string Of(string text) => new FlatText(text).Text.Trim();

    /// <summary>The number of Unicode code points.</summary>
    public static int CodePoints(string text) => text.EnumerateRunes().Count();

    /// <summary>All occurrences of a selection: the index in this text, and the location in the original.</summary>
    public IEnumerable<(int Index, int Start, int Length)> Find(string selection)
    {
        for (var i =
            Text.IndexOf(selection, StringComparison.Ordinal); i >= 0; i = Text.IndexOf(selection, i + 1, StringComparison.Ordinal))
        {
            var end = i + selection.Length;
            if (SplitsGrapheme(i) || SplitsGrapheme(end)) continue;
            yield return (i, _origin[i].Start, _origin[end - 1].End - _origin[i].Start);
        }
    }

    private bool SplitsGrapheme(int index) => index > 0 && index < _origin.Count && _origin[index] == _origin[index - 1];

    private void AppendEdge(StringBuilder flat, int at)
    {
        if (flat.Length == 0 || flat[^1] == '\n') return;
        if (flat[^1] == ' ') flat[^1] = '\n';
        else Append(flat, "\n", at, at);
    }

    private void AppendSpace(StringBuilder flat, int at, int length)
    {
        if (flat.Length > 0 && flat[^1] is not (' ' or '\n')) Append(flat, " ", at, at + length);
    }

    private void Append(StringBuilder flat, string characters, int start, int end)
    {
        flat.Append(characters);
        foreach (var _ in characters) _origin.Add((start, end));
    }

    // Soft hyphen, zero-width space, word joiner, byte order mark: browsers may or may not include them in a selection.
    private static bool IsInvisible(string text, int at, int length) =>
        length == 1 && text[at] is '\u00AD' or '\u200B' or '\u2060' or '\uFEFF';

    private static string Compose(string element)
    {
        // Unpaired surrogates and U+FFFE cannot be normalised and stay unchanged.
        var isText = !element.EnumerateRunes().Any(r => r == Rune.ReplacementChar || r.Value == 0xFFFE);
        return isText ? element.Normalize(NormalizationForm.FormC) : element;
    }
}
