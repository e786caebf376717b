using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Articles.Publishing;
using Ganss.Xss;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Platform.Web;

namespace Articles.Texts;

/// <summary>
/// Sanitises the HTML of editors. Text, structure, links and images are kept; scripts, styles, forms and frames are removed.
/// </summary>
public static partial class Html
{
    /// <summary>
    /// The maximum nesting of elements in a body. Browsers support 512 levels, and the time to parse grows with the square of the depth.
    /// </summary>
    private const int MaxHtmlDepth = 256;

    /// <summary>The error for a body that is nested too deeply.</summary>
    public static readonly string DepthRule =
        $"has elements nested more than {MaxHtmlDepth} levels deep; close elements, or remove some of them";

    private const string IdPrefix = "text-";

    // Lower than the limit of Markdig, which is 128, because Markdig loses the text of some lists even below its limit.
    private const int MaxMarkdownDepth = 40;

    private static readonly MarkdownPipeline Pipeline =
        new MarkdownPipelineBuilder().UsePipeTables().UseFootnotes().UseEmphasisExtras().UseAutoLinks().Build();

    /// <summary>Elements that are removed with their content. Other elements that are not allowed are replaced by their content.</summary>
    private static readonly HashSet<string> RemovedWithContent = new(StringComparer.OrdinalIgnoreCase)
    {
        "script", "style", "iframe", "object", "embed", "applet", "template", "noscript", "noembed", "noframes", "xmp", "plaintext",
        "title", "textarea", "select", "svg", "math", "head",
    };

    private static readonly HashSet<string> ClosedImplicitly = new(StringComparer.OrdinalIgnoreCase)
    {
        "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "caption", "colgroup", "option", "optgroup", "rt", "rp",
        "html", "head", "body", "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
        "wbr",
    };

    private static readonly HtmlSanitizer Sanitizer = CreateSanitizer(new HtmlSanitizerOptions
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

    private static HtmlSanitizer CreateSanitizer(HtmlSanitizerOptions options)
    {
        var sanitizer = new HtmlSanitizer(options) { KeepChildNodes = true };
        sanitizer.RemovingTag += (_, e) =>
        {
            if (RemovedWithContent.Contains(e.Tag.LocalName)) e.Tag.InnerHtml = "";
        };
        sanitizer.PostProcessDom += (_, e) => PrefixIds(e.Document);
        return sanitizer;
    }

    /// <summary>
    /// Adds a prefix to ids, so that they do not collide with the ids of the page, and changes the links to them accordingly. Also converts
    /// the <c>name</c> attributes that old pages use for anchors. An id that already has the prefix is not changed.
    /// </summary>
    private static void PrefixIds(IHtmlDocument document)
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

    /// <summary>Sanitises HTML. Sanitising the result again does not change it.</summary>
    public static string Sanitise(string html) => PlainText.Xml(Sanitizer.Sanitize(html)).Trim();

    /// <summary>Converts the input of an editor to the HTML that is stored and shown.</summary>
    public static string Of(string body, BodyFormat format) => format == BodyFormat.Html ? Sanitise(body) : OfMarkdown(body);

    /// <summary>Converts Markdown to sanitised HTML. If it is nested too deeply, the source is shown as plain text.</summary>
    public static string OfMarkdown(string markdown) =>
        Sanitise(Converted(markdown) ?? $"<p>{WebUtility.HtmlEncode(markdown).Replace("\n", "<br>\n", StringComparison.Ordinal)}</p>");

    private static string? Converted(string markdown)
    {
        try
        {
            var document = Markdown.Parse(markdown, Pipeline);
            if (document.Descendants().Any(IsTooDeep)) return null;
            var html = document.ToHtml(Pipeline);
            return IsTooDeep(html) ? null : html;
        }
        // Markdig throws this exception when it parses or renders Markdown that is nested more deeply than its own limit.
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
        return depth > MaxMarkdownDepth;
    }

    /// <summary>
    /// Whether elements may be nested deeper than <see cref="MaxHtmlDepth"/>. Counts the open tags in the text, because parsing such HTML
    /// would take too long. Elements that are closed implicitly are not counted.
    /// </summary>
    public static bool IsTooDeep(string html)
    {
        var (open, depth) = (new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase), 0);
        foreach (Match tag in Tag().Matches(html))
        {
            var name = tag.Groups[2].Value;
            if (ClosedImplicitly.Contains(name)) continue;
            var count = open.GetValueOrDefault(name);
            if (tag.Groups[1].Length == 0) (open[name], depth) = (count + 1, depth + 1);
            else if (count > 0) (open[name], depth) = (count - 1, depth - 1);
            if (depth > MaxHtmlDepth) return true;
        }
        return false;
    }

    /// <summary>
    /// Whether the HTML has markup but shows nothing: no text, no image and no rule. HTML with only paragraphs, line breaks and spaces
    /// counts as empty, not as invisible, because an editor component produces it when nothing was typed.
    /// </summary>
    public static bool IsInvisible(string html)
    {
        var body = new HtmlParser().ParseDocument($"<body>{html}</body>").Body!;
        var isBlank = body.QuerySelector(":not(p):not(br)") is null && string.IsNullOrWhiteSpace(body.TextContent);
        return !isBlank && !VisibleText.IsVisible(body.TextContent) && body.QuerySelector("img, hr") is null;
    }

    /// <summary>Resolves all addresses relative to the page of the article, for feeds and print.</summary>
    public static string Absolute(string html, Uri page) => Sanitizer.Sanitize(html, page.ToString()).Trim();

    [GeneratedRegex("<(/?)([a-z][a-z0-9-]*)", RegexOptions.IgnoreCase)]
    private static partial Regex Tag();
}
