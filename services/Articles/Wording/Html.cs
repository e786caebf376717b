using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Ganss.Xss;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Platform.Hosting;

namespace Articles;

/// <summary>What of an editor's HTML may reach a reader: text, structure, links, pictures; no script, style, form or frame.</summary>
public static partial class Html
{
    /// <summary>
    /// Elements inside each other that a body may have. Browsers stop at 512, and the time of parsing grows with the square.
    /// </summary>
    private const int DeepestHtml = 256;

    /// <summary>What a body with more of them is refused with.</summary>
    public static readonly string DepthRule =
        $"has more than {DeepestHtml} elements inside each other; close elements, or remove some of them";

    private const string IdPrefix = "text-";

    // The library drops the text of some lists below its own limit of 128, so the limit here is lower.
    private const int DeepestMarkdown = 40;

    private static readonly MarkdownPipeline Pipeline =
        new MarkdownPipelineBuilder().UsePipeTables().UseFootnotes().UseEmphasisExtras().UseAutoLinks().Build();

    /// <summary>What these hold is no text for readers; of any other element that is not allowed, the text stays.</summary>
    private static readonly HashSet<string> Voided = new(StringComparer.OrdinalIgnoreCase)
    {
        "script", "style", "iframe", "object", "embed", "applet", "template", "noscript", "noembed", "noframes", "xmp", "plaintext",
        "title", "textarea", "select", "svg", "math", "head",
    };

    private static readonly HashSet<string> ClosedByOthers = new(StringComparer.OrdinalIgnoreCase)
    {
        "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "caption", "colgroup", "option", "optgroup", "rt", "rp",
        "html", "head", "body", "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
        "wbr",
    };

    private static readonly HtmlSanitizer Sanitizer = Made(new HtmlSanitizerOptions
    {
        AllowedTags = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
        {
            "p", "br", "hr", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "strong", "em", "b", "i", "u", "s", "del", "sub", "sup",
            "code", "pre",
            "dl", "dt", "dd", "address", "q", "cite", "abbr", "dfn", "kbd", "samp", "var", "ins", "mark", "small",
            "a", "figure", "figcaption", "img", "table", "thead", "tbody", "tr", "th", "td", "caption",
        },
        AllowedAttributes = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
        {
            "href", "title", "src", "alt", "width", "height", "lang", "colspan", "rowspan", "id", "name",
        },
        AllowedSchemes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "http", "https", "mailto" },
        UriAttributes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "href", "src" },
    });

    private static HtmlSanitizer Made(HtmlSanitizerOptions options)
    {
        var sanitizer = new HtmlSanitizer(options) { KeepChildNodes = true };
        sanitizer.RemovingTag += (_, e) =>
        {
            if (Voided.Contains(e.Tag.LocalName)) e.Tag.InnerHtml = "";
        };
        sanitizer.PostProcessDom += (_, e) => Anchors(e.Document);
        return sanitizer;
    }

    /// <summary>
    /// Ids get a prefix, so that none is one of the page's own, and links to them follow. Old pages name their anchors instead. An id that
    /// has the prefix keeps it.
    /// </summary>
    private static void Anchors(IHtmlDocument document)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var element in document.All.Where(e => e.HasAttribute("id") || e.HasAttribute("name")).ToArray())
        {
            var id = element.GetAttribute("id");
            if (string.IsNullOrEmpty(id) && element.LocalName == "a") id = element.GetAttribute("name");
            element.RemoveAttribute("name");
            var prefixed = id?.StartsWith(IdPrefix, StringComparison.Ordinal) == true ? id : IdPrefix + id;
            if (string.IsNullOrWhiteSpace(id) || !ids.Add(prefixed)) element.RemoveAttribute("id");
            else element.SetAttribute("id", prefixed);
        }
        if (ids.Count == 0) return;
        foreach (var link in document.Links.OfType<IHtmlAnchorElement>())
        {
            if (link.GetAttribute("href") is not ['#', .. var target] || ids.Contains(Uri.UnescapeDataString(target))) continue;
            if (ids.Contains(IdPrefix + Uri.UnescapeDataString(target))) link.SetAttribute("href", $"#{IdPrefix}{target}");
        }
    }

    /// <summary>The same for the same input; sanitising twice changes nothing.</summary>
    public static string Sanitise(string html) => PlainText.Xml(Sanitizer.Sanitize(html)).Trim();

    /// <summary>What an editor wrote, as it is stored and shown.</summary>
    public static string Of(string body, BodyFormat format) => format == BodyFormat.Html ? Sanitise(body) : OfMarkdown(body);

    /// <summary>Markdown as sanitised HTML; its text as it was typed if its markup is nested deeper than any reader could follow.</summary>
    public static string OfMarkdown(string markdown) =>
        Sanitise(Marked(markdown) ?? $"<p>{WebUtility.HtmlEncode(markdown).Replace("\n", "<br>\n", StringComparison.Ordinal)}</p>");

    private static string? Marked(string markdown)
    {
        try
        {
            var document = Markdown.Parse(markdown, Pipeline);
            if (document.Descendants().Any(IsTooDeep)) return null;
            var html = document.ToHtml(Pipeline);
            return IsTooDeep(html) ? null : html;
        }
        // Markdig refuses nesting beyond its own limit with this exception, while it parses or while it renders.
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsTooDeep(MarkdownObject node)
    {
        var depth = 0;
        for (var inline = (node as Inline)?.Parent; inline is not null; inline = inline.Parent) depth++;
        for (var block = (node as Block)?.Parent; block is not null; block = block.Parent) depth++;
        return depth > DeepestMarkdown;
    }

    /// <summary>
    /// Whether elements may be nested deeper than <see cref="DeepestHtml"/>. Tags are counted before anything is parsed, except those of
    /// elements that others close.
    /// </summary>
    public static bool IsTooDeep(string html)
    {
        var (open, depth) = (new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase), 0);
        foreach (Match tag in Tag().Matches(html))
        {
            var name = tag.Groups[2].Value;
            if (ClosedByOthers.Contains(name)) continue;
            var count = open.GetValueOrDefault(name);
            if (tag.Groups[1].Length == 0) (open[name], depth) = (count + 1, depth + 1);
            else if (count > 0) (open[name], depth) = (count - 1, depth - 1);
            if (depth > DeepestHtml) return true;
        }
        return false;
    }

    /// <summary>
    /// Whether there is markup of which a reader sees nothing: no words, no picture, no line. Paragraphs, line breaks and spaces alone are
    /// what an editor leaves if nothing was typed, and no such markup.
    /// </summary>
    public static bool IsInvisible(string html)
    {
        var body = new HtmlParser().ParseDocument($"<body>{html}</body>").Body!;
        var isBlank = body.QuerySelector(":not(p):not(br)") is null && string.IsNullOrWhiteSpace(body.TextContent);
        return !isBlank && !VisibleText.IsVisible(body.TextContent) && body.QuerySelector("img, hr") is null;
    }

    /// <summary>With addresses that hold anywhere, for feeds and print: they are resolved as on the page of the article.</summary>
    public static string Absolute(string html, Uri page) => Sanitizer.Sanitize(html, page.ToString()).Trim();

    [GeneratedRegex("<(/?)([a-z][a-z0-9-]*)", RegexOptions.IgnoreCase)]
    private static partial Regex Tag();
}
