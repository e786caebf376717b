using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Feedback.Typos;

/// <summary>The part of an article that a text belongs to.</summary>
public enum Part { Title, Lead, Body }

/// <summary>
/// The text of one part of an article, without markup, as <c>textContent</c> in a browser. <paramref name="Edges"/> are the positions at
/// which a block element (paragraph, heading, cell) begins or ends.
/// </summary>
public sealed record PartText(string Lang, Part Part, string Text, IReadOnlySet<int> Edges)
{
    private static readonly HashSet<string> Inline = new(StringComparer.OrdinalIgnoreCase)
    {
        "A", "B", "STRONG", "EM", "I", "U", "S", "DEL", "SUB", "SUP", "CODE", "SPAN", "IMG",
    };

    /// <summary>Title, lead and body in one language.</summary>
    public static IReadOnlyList<PartText> Of(string lang, Wording wording) =>
        [Plain(lang, Part.Title, wording.Title), Plain(lang, Part.Lead, wording.Lead), OfHtml(lang, wording.BodyHtml)];

    private static PartText Plain(string lang, Part part, string text) => new(lang, part, text, new HashSet<int>());

    public static PartText OfHtml(string lang, string html)
    {
        var (text, edges) = (new StringBuilder(), new HashSet<int>());
        Read(new HtmlParser().ParseDocument($"<body>{html}</body>").Body!, text, edges);
        return new(lang, Part.Body, text.ToString(), edges);
    }

    private static void Read(INode parent, StringBuilder text, HashSet<int> edges)
    {
        foreach (var node in parent.ChildNodes)
        {
            if (node is IText textNode) text.Append(textNode.Data);
            if (node is not IElement element) continue;
            var block = !Inline.Contains(element.TagName);
            if (block) edges.Add(text.Length);
            Read(element, text, edges);
            if (block) edges.Add(text.Length);
        }
    }
}
