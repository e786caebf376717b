using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Articles.Publishing;
using Platform.Web;

namespace Articles.Texts;

/// <summary>
/// A location in a text, given by the selected words and the text around them. Any sequence of spaces and line ends counts as one space.
/// </summary>
public sealed record TextLocation(string Before, string Selection, string After)
{
    private static readonly HashSet<string> InlineTags = ["A", "B", "STRONG", "EM", "I", "U", "S", "DEL", "SUB", "SUP", "CODE"];

    /// <summary>title, lead or body, if it is known which of them contains the location.</summary>
    public string? Part { get; init; }

    private TextLocation WithSelection(string replacement) => this with { Selection = replacement };

    /// <summary>Whether the words at this location have already been replaced.</summary>
    public bool IsReplaced(Text text, string replacement)
    {
        var replaced = WithSelection(replacement).CountIn(text);
        // If the corrected words contain the original ones, the original location is still found, once within the corrected one.
        var contained = (Before + replacement + After).Contains(Before + Selection + After, StringComparison.Ordinal) ? replaced : 0;
        return replaced == 1 && CountIn(text) == contained;
    }

    /// <summary>The number of occurrences in title, lead and body.</summary>
    public int CountIn(Text text) =>
        Find("title", text.Title).Count + Find("lead", text.Lead).Count + Find("body", Words(Parse(text.BodyHtml))).Count;

    /// <summary>Replaces the selected words.</summary>
    /// <exception cref="Rejected">The location does not occur exactly once.</exception>
    public Text Replace(Text text, string replacement)
    {
        var found = CountIn(text);
        if (found == 0)
            throw new Rejected("The published text does not contain these words. Reload the article and select the words again.");
        if (found > 1)
            throw new Rejected($"The published text contains these words {found} times. Include more of the text before and after them.");
        if (Find("title", text.Title) is [var title])
            return text with { Title = ValidTitle(PlainText.Clean(ReplaceAt(text.Title, title, replacement))) };
        if (Find("lead", text.Lead) is [var lead]) return text with { Lead = PlainText.Clean(ReplaceAt(text.Lead, lead, replacement)) };
        return InBody(text, replacement);
    }

    private Text InBody(Text text, string replacement)
    {
        var body = Parse(text.BodyHtml);
        var words = Words(body);
        var (start, length) = Find("body", words)[0];
        var (head, tail) = CommonEnds(words.Substring(start, length), replacement);
        ReplaceText(body, start + head, length - head - tail, replacement[head..^tail], after: head > 0);
        var html = Html.Sanitise(body.InnerHtml);
        return text with { BodyHtml = html, Markdown = InMarkdown(text.Markdown, html, replacement) };
    }

    /// <summary>
    /// The number of characters that two texts have in common at the beginning and at the end. These characters and their markup are kept.
    /// </summary>
    private static (int Head, int Tail) CommonEnds(string old, string now)
    {
        var (head, tail, most) = (0, 0, Math.Min(old.Length, now.Length));
        while (head < most && old[head] == now[head]) head++;
        while (tail < most - head && old[^(tail + 1)] == now[^(tail + 1)]) tail++;
        return (head, tail);
    }

    /// <summary>
    /// Puts the complete replacement into one text node: the one in which the replaced characters begin or, if nothing is replaced, the one
    /// that contains the character before it or, if <paramref name="after"/> is false, the character after it. Further nodes only lose
    /// characters.
    /// </summary>
    private static void ReplaceText(
        IElement body,
        int start,
        int length,
        string replacement,
        bool after)
    {
        var at = 0;
        foreach (var node in Nodes(body).ToArray())
        {
            var (offset, end) = (at, at += node.Data.Length);
            var (from, to) = (Math.Max(start, offset), Math.Min(start + length, end));
            var isAffected = length > 0
                ? from < to
                : replacement.Length > 0 && (after ? offset < start && start <= end : offset <= start && start < end);
            if (!isAffected) continue;
            node.Data = node.Data[..(from - offset)] + replacement + node.Data[(to - offset)..];
            replacement = "";
            if (node.Data.Length == 0) RemoveWithEmptyParents(node);
        }
    }

    /// <summary>Also removes emphasis and links that become empty.</summary>
    private static void RemoveWithEmptyParents(INode node)
    {
        var parent = node.Parent;
        node.RemoveFromParent();
        if (parent is IElement { ChildNodes.Length: 0 } element && InlineTags.Contains(element.TagName))
            RemoveWithEmptyParents(parent);
    }

    /// <summary>
    /// Also corrects the Markdown that the editor wrote, if it then produces the same body. Otherwise the Markdown is discarded.
    /// </summary>
    private string? InMarkdown(string? markdown, string html, string replacement)
    {
        if (markdown is null) return null;
        for (var i = markdown.IndexOf(Selection, StringComparison.Ordinal); i >= 0; i = markdown.IndexOf(
            Selection, i + 1, StringComparison.Ordinal))
        {
            var corrected = markdown[..i] + replacement + markdown[(i + Selection.Length)..];
            if (Html.OfMarkdown(corrected) == html) return corrected;
        }
        return null;
    }

    private static string ValidTitle(string title) =>
        title.Length is > 0 and <= 200
            ? title
            : throw new Rejected("After the correction the title would not have 1..200 characters. Choose a different replacement.");

    private static string ReplaceAt(string text, (int Start, int Length) at, string replacement) =>
        text[..at.Start] + replacement + text[(at.Start + at.Length)..];

    private static IElement Parse(string html) => new HtmlParser().ParseDocument($"<body>{html}</body>").Body!;

    private static IEnumerable<IText> Nodes(INode body) => body.Descendants().OfType<IText>();

    private static string Words(INode body) => string.Concat(Nodes(body).Select(n => n.Data));

    /// <summary>The positions of the selection in <paramref name="text"/>, before spaces are collapsed.</summary>
    private List<(int Start, int Length)> Find(string part, string text)
    {
        if (Part is not null && Part != part) return [];
        var (flat, origin) = CollapseSpaces(text);
        var (before, selection, after) = (CollapseSpaces(Before).Flat, CollapseSpaces(Selection).Flat, CollapseSpaces(After).Flat);
        var found = new List<(int, int)>();
        var sought = before + selection + after;
        if (sought.Length == 0) return found;
        int Origin(int i) => i < origin.Count ? origin[i] : text.Length;
        for (var i = flat.IndexOf(sought, StringComparison.Ordinal); i >= 0; i = flat.IndexOf(sought, i + 1, StringComparison.Ordinal))
        {
            var start = Origin(i + before.Length);
            found.Add((start, selection.Length == 0 ? 0 : Origin(i + before.Length + selection.Length) - start));
        }
        return found;
    }

    private static (string Flat, List<int> Origin) CollapseSpaces(string text)
    {
        var flat = new StringBuilder(text.Length);
        var origin = new List<int>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var space = char.IsWhiteSpace(text[i]);
            if (space && flat.Length > 0 && flat[^1] == ' ') continue;
            flat.Append(space ? ' ' : text[i]);
            origin.Add(i);
        }
        return (flat.ToString(), origin);
    }
}
