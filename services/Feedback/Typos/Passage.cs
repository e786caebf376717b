using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Feedback;

/// <summary>Which text of an article.</summary>
public enum Part { Title, Lead, Body }

/// <summary>
/// The words of one part as a browser's <c>textContent</c> has them: text nodes one after the other, whatever markup is between.
/// <paramref name="Edges"/> are the places where one block (paragraph, heading, cell) ends and the next begins.
/// </summary>
public sealed record Passage(string Lang, Part Part, string Words, IReadOnlySet<int> Edges)
{
    private static readonly HashSet<string> Inline = new(StringComparer.OrdinalIgnoreCase)
    {
        "A", "B", "STRONG", "EM", "I", "U", "S", "DEL", "SUB", "SUP", "CODE", "SPAN", "IMG",
    };

    /// <summary>Title, lead and body of what readers are served in one language.</summary>
    public static IReadOnlyList<Passage> Of(string lang, Wording wording) =>
        [Plain(lang, Part.Title, wording.Title), Plain(lang, Part.Lead, wording.Lead), OfHtml(lang, wording.BodyHtml)];

    private static Passage Plain(string lang, Part part, string words) => new(lang, part, words, new HashSet<int>());

    public static Passage OfHtml(string lang, string html)
    {
        var (words, edges) = (new StringBuilder(), new HashSet<int>());
        Read(new HtmlParser().ParseDocument($"<body>{html}</body>").Body!, words, edges);
        return new(lang, Part.Body, words.ToString(), edges);
    }

    private static void Read(INode parent, StringBuilder words, HashSet<int> edges)
    {
        foreach (var node in parent.ChildNodes)
        {
            if (node is IText text) words.Append(text.Data);
            if (node is not IElement element) continue;
            var block = !Inline.Contains(element.TagName);
            if (block) edges.Add(words.Length);
            Read(element, words, edges);
            if (block) edges.Add(words.Length);
        }
    }
}
