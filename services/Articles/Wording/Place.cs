using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Platform.EventSourcing;

namespace Articles;

/// <summary>
/// A place in a text as a reader marks it: the words, and what stands around them; spaces and line ends count as one space.
/// </summary>
public sealed record Place(string Before, string Selection, string After)
{
    /// <summary>title, lead or body, where it is known to be in this one.</summary>
    public string? Part { get; init; }

    /// <summary>The same place after the words were replaced.</summary>
    private Place Replaced(string replacement) => this with { Selection = replacement };

    /// <summary>Whether the words were replaced already, wherever the place was.</summary>
    public bool IsReplaced(Text text, string replacement)
    {
        var there = Replaced(replacement).In(text);
        var inside = (Before + replacement + After).Contains(Before + Selection + After, StringComparison.Ordinal) ? there : 0;
        return there == 1 && In(text) == inside;
    }

    /// <summary>How often the place is found in title, lead and body.</summary>
    public int In(Text text) =>
        Find("title", text.Title).Count + Find("lead", text.Lead).Count + Find("body", Words(Parse(text.BodyHtml))).Count;

    /// <summary>The text with the words replaced; refused where the place is not found, or not once.</summary>
    public Text Replace(Text text, string replacement)
    {
        var found = In(text);
        if (found == 0) throw new Rejected("The published text has no such place. Read it again and mark the words once more.");
        if (found > 1) throw new Rejected($"The published text has this place {found} times. Send more of the words before and after it.");
        if (Find("title", text.Title) is [var title])
            return text with { Title = Filled(PlainText.Clean(Cut(text.Title, title, replacement))) };
        if (Find("lead", text.Lead) is [var lead]) return text with { Lead = PlainText.Clean(Cut(text.Lead, lead, replacement)) };
        return InBody(text, replacement);
    }

    private Text InBody(Text text, string replacement)
    {
        var body = Parse(text.BodyHtml);
        var words = Words(body);
        var (start, length) = Find("body", words)[0];
        var (head, tail) = Common(words.Substring(start, length), replacement);
        Exchange(body, start + head, length - head - tail, replacement[head..^tail], after: head > 0);
        var html = Html.Sanitise(body.InnerHtml);
        return text with { BodyHtml = html, Markdown = InMarkdown(text.Markdown, html, replacement) };
    }

    /// <summary>
    /// How many characters two texts share at their beginning, and at their end: these stay as they are, with the markup around them.
    /// </summary>
    private static (int Head, int Tail) Common(string old, string now)
    {
        var (head, tail, most) = (0, 0, Math.Min(old.Length, now.Length));
        while (head < most && old[head] == now[head]) head++;
        while (tail < most - head && old[^(tail + 1)] == now[^(tail + 1)]) tail++;
        return (head, tail);
    }

    /// <summary>
    /// All of the replacement stands in one node: where the words began or, where it is only put in, with the character it comes after;
    /// further nodes only lose theirs.
    /// </summary>
    private static void Exchange(IElement body, int start, int length, string replacement, bool after)
    {
        var at = 0;
        foreach (var node in Nodes(body).ToArray())
        {
            var (offset, end) = (at, at += node.Data.Length);
            var (from, to) = (Math.Max(start, offset), Math.Min(start + length, end));
            var here = length > 0
                ? from < to
                : replacement.Length > 0 && (after ? offset < start && start <= end : offset <= start && start < end);
            if (!here) continue;
            node.Data = node.Data[..(from - offset)] + replacement + node.Data[(to - offset)..];
            replacement = "";
            if (node.Data.Length == 0) Drop(node);
        }
    }

    /// <summary>Emphasis or a link around nothing goes with its last word.</summary>
    private static void Drop(INode node)
    {
        var parent = node.Parent;
        node.RemoveFromParent();
        if (parent is IElement
            {
                TagName: "A"
            or "B"
            or "STRONG"
            or "EM"
            or "I"
            or "U"
            or "S"
            or "DEL"
            or "SUB"
            or "SUP"
            or "CODE", ChildNodes.Length: 0
            })
            Drop(parent);
    }

    /// <summary>What the editor wrote, corrected too, where that gives the same body; else the body alone is kept.</summary>
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

    private static string Filled(string title) =>
        title.Length is > 0 and <= 200 ? title : throw new Rejected("A title must keep 1..200 characters.");

    private static string Cut(string text, (int Start, int Length) at, string replacement) =>
        text[..at.Start] + replacement + text[(at.Start + at.Length)..];

    private static IElement Parse(string html) => new HtmlParser().ParseDocument($"<body>{html}</body>").Body!;

    private static IEnumerable<IText> Nodes(INode body) => body.Descendants().OfType<IText>();

    private static string Words(INode body) => string.Concat(Nodes(body).Select(n => n.Data));

    /// <summary>Where the selection stands, in characters of <paramref name="text"/> itself.</summary>
    private List<(int Start, int Length)> Find(string part, string text)
    {
        if (Part is not null && Part != part) return [];
        var (flat, origin) = Flatten(text);
        var (before, selection, after) = (Flatten(Before).Flat, Flatten(Selection).Flat, Flatten(After).Flat);
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

    private static (string Flat, List<int> Origin) Flatten(string text)
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
