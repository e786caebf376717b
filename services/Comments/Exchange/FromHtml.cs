using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Comments;

/// <summary>What a comment from elsewhere says, out of its HTML: the words, their paragraphs, and where its links lead.</summary>
internal static partial class FromHtml
{
    public static string Text(string html)
    {
        var text = new StringBuilder();
        Add(new HtmlParser().ParseDocument($"<body>{html}</body>").Body!, text);
        return ManyLines().Replace(text.ToString(), "\n\n").Trim();
    }

    private static void Add(INode node, StringBuilder text)
    {
        switch (node)
        {
            case IText words: text.Append(words.Data); break;
            case IElement { LocalName: "script" or "style" }: break;
            case IElement { LocalName: "br" }: text.Append('\n'); break;
            default:
                foreach (var child in node.ChildNodes) Add(child, text);
                if (node is IElement { LocalName: "a" } link && link.GetAttribute("href") is { } href && Uri.TryCreate(href, UriKind.Absolute, out _) && !link.TextContent.Contains("://", StringComparison.Ordinal)) text.Append(" (").Append(href).Append(')');
                if (node is IElement { LocalName: "p" or "div" or "blockquote" or "ul" or "ol" or "pre" }) text.Append("\n\n");
                if (node is IElement { LocalName: "li" }) text.Append('\n');
                break;
        }
    }

    [GeneratedRegex(@"[ \t]*\n([ \t]*\n)+")]
    private static partial Regex ManyLines();
}
