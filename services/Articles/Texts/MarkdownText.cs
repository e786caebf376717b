using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Articles.Texts;

/// <summary>
/// Converts sanitised HTML to Markdown (CommonMark with pipe tables). The source is the HTML and not the input of the editor, so that the
/// result contains no raw HTML.
/// </summary>
public static partial class MarkdownText
{
    /// <param name="html">Sanitised HTML.</param>
    /// <param name="page">The address of the article's page. Markdown has no anchors, so links to anchors lead to that page.</param>
    public static string Of(string html, string page = "")
    {
        var text = new StringBuilder();
        var body = new HtmlParser().ParseDocument($"<body>{html}</body>").Body!;
        foreach (var link in body.QuerySelectorAll("a[href^='#']")) link.SetAttribute("href", page + link.GetAttribute("href"));
        Blocks(body, "", text);
        return ManyLines().Replace(text.ToString(), "\n\n").Trim() + "\n";
    }

    /// <summary>Escapes everything in a line of plain text that would be read as Markdown or HTML.</summary>
    public static string Escape(string text) => Number().Replace(LineStart().Replace(Special().Replace(text, @"\$0"), @"\$0"), @"$1\$2");

    private static void Blocks(INode parent, string indent, StringBuilder text)
    {
        var line = new StringBuilder();
        foreach (var child in parent.ChildNodes)
        {
            if (child is IElement element && IsBlock(element))
            {
                Flush(line, indent, text);
                Block(element, indent, text);
            }
            else line.Append(Inline(child));
        }
        Flush(line, indent, text);
    }

    private static void Flush(StringBuilder line, string indent, StringBuilder text)
    {
        var words = line.ToString().Trim();
        line.Clear();
        if (words.Length > 0) Put(words, indent, text);
    }

    private static void Put(string words, string indent, StringBuilder text) =>
        text.Append(indent)
            .Append(words.Replace("\n", "\n" + indent, StringComparison.Ordinal))
            .Append('\n')
            .Append(indent.TrimEnd())
            .Append('\n');

    private static bool IsBlock(IElement element) => element.TagName is
        "P" or "H2" or "H3" or "H4" or "UL" or "OL" or "BLOCKQUOTE" or "PRE" or "HR" or "FIGURE" or "FIGCAPTION" or "TABLE" or "CAPTION"
        or "DL" or "DT" or "DD" or "ADDRESS";

    private static void Block(IElement element, string indent, StringBuilder text)
    {
        switch (element.TagName)
        {
            case "H2" or "H3" or "H4": Put($"{new string('#', element.TagName[1] - '0')} {Inlines(element).Trim()}", indent, text); break;
            case "HR": Put("---", indent, text); break;
            case "PRE": Put($"{Fence(element)}\n{element.TextContent.TrimEnd('\n')}\n{Fence(element)}", indent, text); break;
            case "BLOCKQUOTE": Blocks(element, indent + "> ", text); break;
            case "UL" or "OL": List(element, indent, text); break;
            case "DT": Put(Around(element, "**").Trim(), indent, text); break;
            case "TABLE": Table(element, indent, text); break;
            default: Blocks(element, indent, text); break;
        }
    }

    private static string Fence(IElement element) => element.TextContent.Contains("```", StringComparison.Ordinal) ? "~~~~" : "```";

    private static void List(IElement list, string indent, StringBuilder text)
    {
        var (number, items) = (1, new List<string>());
        // A list whose items contain only lines and lists is tight: blank lines between the items would turn them into paragraphs.
        var isTight = list.QuerySelector("p, pre, blockquote, table, figure") is null;
        foreach (var item in list.Children.Where(c => c.TagName == "LI"))
        {
            var mark = list.TagName == "OL" ? string.Create(CultureInfo.InvariantCulture, $"{number++}. ") : "- ";
            var inner = new StringBuilder();
            Blocks(item, "", inner);
            var words = inner.ToString().Trim();
            if (isTight) words = words.Replace("\n\n", "\n", StringComparison.Ordinal);
            items.Add(mark + words.Replace("\n", "\n" + new string(' ', mark.Length), StringComparison.Ordinal));
        }
        Put(string.Join(isTight ? "\n" : "\n\n", items), indent, text);
    }

    private static void Table(IElement table, string indent, StringBuilder text)
    {
        var rows = table.QuerySelectorAll("tr")
            .Select(
                r =>
                    r.Children.Where(c => c.TagName is "TD" or "TH")
                        .Select(c => Inlines(c).Replace("\n", " ", StringComparison.Ordinal).Trim())
                        .ToArray())
            .ToArray();
        if (table.QuerySelector("caption") is { } caption) Put(Inlines(caption).Trim(), indent, text);
        if (rows.Length == 0) return;
        var lines = rows.Select(r => $"| {string.Join(" | ", r)} |").ToList();
        lines.Insert(1, "|" + string.Concat(Enumerable.Repeat("---|", rows[0].Length)));
        Put(string.Join('\n', lines), indent, text);
    }

    private static string Inlines(INode parent) => string.Concat(parent.ChildNodes.Select(Inline));

    private static string Inline(INode node) => node switch
    {
        IText text => Escape(Spaces().Replace(text.Data, " ")),
        IElement { TagName: "BR" } => "\\\n",
        IElement { TagName: "IMG" } image => $"![{Escape(image.GetAttribute("alt") ?? "")}]({Address(image.GetAttribute("src"))})",
        IElement { TagName: "A" } link when link.GetAttribute("href") is { Length: > 0 } href =>
            $"[{Inlines(link).Trim()}]({Address(href)})",
        IElement { TagName: "STRONG" or "B" } strong => Around(strong, "**"),
        IElement { TagName: "Q" } q => $"\u201c{Inlines(q)}\u201d",
        IElement { TagName: "EM" or "I" } em => Around(em, "*"),
        IElement { TagName: "S" or "DEL" } s => Around(s, "~~"),
        IElement { TagName: "CODE" } code => code.TextContent.Contains('`', StringComparison.Ordinal)
            ? $"`` {code.TextContent} ``"
            : $"`{code.TextContent}`",
        IElement element => Inlines(element),
        _ => "",
    };

    /// <summary>Emphasis marks must touch the words, so spaces inside the element are moved outside.</summary>
    private static string Around(IElement element, string mark)
    {
        var inner = Inlines(element);
        var words = inner.Trim();
        return words.Length == 0 ? inner : inner.Replace(words, mark + words + mark, StringComparison.Ordinal);
    }

    private static string Address(string? url) =>
        (url ?? "")
            .Replace(" ", "%20", StringComparison.Ordinal)
            .Replace("(", "%28", StringComparison.Ordinal)
            .Replace(")", "%29", StringComparison.Ordinal)
            .Replace("<", "%3C", StringComparison.Ordinal).Replace(">", "%3E", StringComparison.Ordinal);

    [GeneratedRegex(@"[\\`*_\[\]<>~|]")]
    private static partial Regex Special();

    [GeneratedRegex(@"^(#{1,6} |[-+] |=+$|-+$)")]
    private static partial Regex LineStart();

    [GeneratedRegex(@"^(\d+)([.)] )")]
    private static partial Regex Number();

    [GeneratedRegex(@"[ \t]*\n([> \t]*\n){2,}")]
    private static partial Regex ManyLines();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
