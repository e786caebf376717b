using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Comments.Posting;
using Platform.Web;

namespace Comments.Exchange;

/// <summary>
/// Converts the HTML of an imported comment to the Markdown of this service. Characters that Markdown would interpret as markup are
/// escaped, so that readers see the same text as on the old site.
/// </summary>
internal static partial class FromHtml
{
    private const int MaxDepth = 60, MaxLength = 50_000;

    public static string Text(string html)
    {
        if (html.Length > MaxLength) throw new Malformed("text", $"must have at most {MaxLength} characters of HTML");
        var body = new HtmlParser().ParseDocument($"<body>{html}</body>").Body!;
        foreach (var code in body.QuerySelectorAll("script, style").ToArray()) code.Remove();
        var markdown = Blocks(body, marks: true, 0);
        // Some markup cannot be expressed in Markdown, and its characters would become visible. Then the text is converted without markup.
        var rendered = new HtmlParser().ParseDocument($"<body>{Markup.Of(markdown)}</body>").Body!;
        return TextContent(rendered) == TextContent(body) ? markdown : Blocks(body, marks: false, 0);
    }

    private static string TextContent(IElement element) => Space().Replace(element.TextContent, "");

    private static string Blocks(INode parent, bool marks, int depth)
    {
        var (blocks, line) = (new List<string>(), new StringBuilder());
        foreach (var child in parent.ChildNodes)
        {
            if (child is not IElement element || !IsBlock(element)) line.Append(Inline(child, marks, depth + 1));
            else
            {
                Flush();
                blocks.Add(Block(element, marks, depth + 1));
            }
        }
        Flush();
        return string.Join("\n\n", blocks.Where(b => b.Length > 0));

        void Flush()
        {
            blocks.Add(Lines(line.ToString()));
            line.Clear();
        }
    }

    private static bool IsBlock(IElement element) => element.LocalName is
        "p" or "div" or "section" or "article" or "address" or "figure" or "figcaption" or "center" or "blockquote" or "pre" or "hr"
        or "ul" or "ol" or "li" or "dl" or "dt" or "dd" or "table" or "thead" or "tbody" or "tr" or "caption"
        or "h1" or "h2" or "h3" or "h4" or "h5" or "h6";

    private static string Block(IElement element, bool marks, int depth)
    {
        if (depth > MaxDepth) return Lines(Escape(element.TextContent, marks));
        if (!marks) return Blocks(element, marks, depth);
        return element.LocalName switch
        {
            "pre" => Fence(element.TextContent.Trim('\n')),
            "blockquote" => Indent(Blocks(element, marks, depth), "> ", "> "),
            "ul" or "ol" => List(element, depth),
            // Comments have no headings; they become bold text.
            "h1" or "h2" or "h3" or "h4" or "h5" or "h6" => Wrap(Lines(Inlines(element, marks, depth)), "**"),
            _ => Blocks(element, marks, depth),
        };
    }

    private static string List(IElement list, int depth)
    {
        var number = int.TryParse(list.GetAttribute("start"), NumberStyles.None, CultureInfo.InvariantCulture, out var start) ? start : 1;
        var items = new List<string>();
        foreach (var words in list.Children.Select(item => Blocks(item, true, depth)).Where(w => w.Length > 0))
        {
            var mark = list.LocalName == "ol" ? string.Create(CultureInfo.InvariantCulture, $"{number++}. ") : "- ";
            items.Add(Indent(words, mark, new string(' ', mark.Length)));
        }
        return string.Join('\n', items);
    }

    private static string Indent(string text, string first, string rest) => text.Length == 0 ? "" : first
        + text.Replace("\n", "\n" + rest, StringComparison.Ordinal).Replace(rest + "\n", rest.TrimEnd() + "\n", StringComparison.Ordinal);

    private static string Inlines(INode parent, bool marks, int depth) =>
        string.Concat(parent.ChildNodes.Select(n => Inline(n, marks, depth + 1)));

    private static string Inline(INode node, bool marks, int depth)
    {
        if (depth > MaxDepth) return Escape(node.TextContent, marks);
        if (node is IText text) return Escape(text.Data, marks);
        if (node is not IElement element) return "";
        return element.LocalName switch
        {
            "br" => "\n",
            "a" => Link(element, marks, depth),
            "td" or "th" => Inlines(element, marks, depth) + " ",
            "strong" or "b" when marks => Wrap(Inlines(element, marks, depth), "**"),
            "em" or "i" when marks => Wrap(Inlines(element, marks, depth), "*"),
            "del" or "s" or "strike" when marks => Wrap(Inlines(element, marks, depth), "~~"),
            "code" or "tt" or "kbd" or "samp" when marks => Code(Space().Replace(element.TextContent, " ").Trim()),
            _ when IsBlock(element) => $"\n\n{Block(element, marks, depth)}\n\n",
            _ => Inlines(element, marks, depth),
        };
    }

    private static string Link(IElement link, bool marks, int depth)
    {
        var words = Inlines(link, marks, depth);
        if (link.GetAttribute("href")?.Trim() is not { } href || !Uri.TryCreate(href, UriKind.Absolute, out var uri)) return words;
        if (uri.Scheme is not ("http" or "https" or "mailto")) return words;
        if (link.TextContent.Trim() == href && BareAddress().IsMatch(href)) return href;
        if (!marks) return link.TextContent.Contains("://", StringComparison.Ordinal) ? words : $"{words} ({href})";
        return Wrap(words, "[", $"]({UnsafeInAddress().Replace(href, c => Uri.HexEscape(c.Value[0]))})");
    }

    /// <summary>Wraps each paragraph separately. Markdown requires that the marks touch the text.</summary>
    private static string Wrap(string words, string before, string? after = null) =>
        Paragraph().Replace(words, p => before + p.Value + (after ?? before));

    private static string Code(string text)
    {
        if (text.Length == 0) return "";
        var (fence, pad) = (Ticks(text, 1), text[0] == '`' || text[^1] == '`' ? " " : "");
        return fence + pad + text + pad + fence;
    }

    private static string Fence(string text) => text.Length == 0 ? "" : $"{Ticks(text, 3)}\n{text}\n{Ticks(text, 3)}";

    /// <summary>A fence of more backticks than any run of backticks in the text.</summary>
    private static string Ticks(string text, int atLeast) =>
        new('`', Math.Max(atLeast, BackTicks().Matches(text).Select(m => m.Length).DefaultIfEmpty().Max() + 1));

    /// <summary>
    /// Trims all lines, because Markdown interprets spaces at their ends as code or line breaks, and reduces empty lines to one.
    /// </summary>
    private static string Lines(string text) =>
        ManyLines().Replace(string.Join('\n', text.Split('\n').Select(l => l.Trim())), "\n\n").Trim();

    /// <summary>
    /// Escapes Markdown characters. In text without markup, this includes characters that become markup only with the text of a
    /// neighbouring element.
    /// </summary>
    private static string Escape(string text, bool marks)
    {
        var signs = marks ? Signs() : SignsNextToElements();
        var escaped = signs.Replace(text, s => s.Groups["address"].Success ? s.Value : @"\" + s.Value);
        return (marks ? Numbered() : NumberedNextToElements()).Replace(LineStart().Replace(escaped, @"$1\$2"), @"$1\$2");
    }

    private const string MarkdownSigns =
        @"(?<address>(?:https?://|www\.)[^\s<>]+)|[\\`*\[\]<]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|~(?=~)|(?<=~)~|&(?=#?\w+;)";

    [GeneratedRegex(MarkdownSigns, RegexOptions.IgnoreCase)]
    private static partial Regex Signs();

    [GeneratedRegex(MarkdownSigns + @"|~$|^~|&(?=#?\w*$)", RegexOptions.IgnoreCase)]
    private static partial Regex SignsNextToElements();

    [GeneratedRegex(@"^([ \t]*)(>|[-+](?=\s|$))", RegexOptions.Multiline)]
    private static partial Regex LineStart();

    [GeneratedRegex(@"^([ \t]*\d{1,9})([.)])(?=\s|$)", RegexOptions.Multiline)]
    private static partial Regex Numbered();

    [GeneratedRegex(@"^([ \t]*\d{0,9})([.)])(?=\s|$)", RegexOptions.Multiline)]
    private static partial Regex NumberedNextToElements();

    [GeneratedRegex(@"\S(?:(?:(?!\n\s*\n)[\s\S])*\S)?")]
    private static partial Regex Paragraph();

    [GeneratedRegex(@"^https?://[\w\-./?=&%#~+:;,@]*[\w/]$", RegexOptions.ECMAScript)]
    private static partial Regex BareAddress();

    [GeneratedRegex(@"[\x00-\x20()<>\\]")]
    private static partial Regex UnsafeInAddress();

    [GeneratedRegex("`+")]
    private static partial Regex BackTicks();

    [GeneratedRegex(@"\n\n+")]
    private static partial Regex ManyLines();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
