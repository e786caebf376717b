using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using Ganss.Xss;
using Markdig;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Parsers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Platform.Web;

namespace Comments.Posting;

/// <summary>
/// Renders the text of a comment as HTML. It supports paragraphs, emphasis, code, quotes, lists and links of Markdown, but no HTML, no
/// headings and no images. A second library sanitises the output, so that safety does not depend on one library alone. Links are marked
/// as user-generated content.
/// </summary>
public static partial class Markup
{
    private const int MaxDepth = 40;
    private static readonly MarkdownPipeline Pipeline = CreatePipeline();
    private static readonly HtmlSanitizer Sanitizer = CreateSanitizer();

    public static string Of(string text) => Plain().IsMatch(text) ? $"<p>{text}</p>" : Render(text);

    /// <summary>Whether the rendered text contains at least one visible character.</summary>
    internal static bool IsVisible(string text) =>
        VisibleText.IsVisible(text) && (Plain().IsMatch(text) || VisibleText.IsVisible(TextContent(Render(text))));

    private static string TextContent(string html) => new HtmlParser().ParseDocument($"<body>{html}</body>").Body!.TextContent;

    internal static string Render(string text) =>
        Sanitizer.Sanitize((LoneMark().IsMatch(text) ? null : RenderMarkdown(text)) ?? Literal(text)).Trim();

    /// <summary>The text as HTML; null if its markup is nested too deeply.</summary>
    private static string? RenderMarkdown(string text)
    {
        try
        {
            var document = Markdown.Parse(text, Pipeline);
            return document.Descendants().Any(IsTooDeep) ? null : document.ToHtml(Pipeline);
        }
        // Markdig throws this exception for nesting beyond its own limit, while parsing or rendering.
        catch (ArgumentException)
        {
            return null;
        }
    }

    // Markdig loses the text of some lists that are nested less deeply than its own limit, so this limit is lower.
    private static bool IsTooDeep(MarkdownObject node)
    {
        var depth = 0;
        for (var inline = (node as Inline)?.Parent; inline is not null; inline = inline.Parent) depth++;
        for (var block = (node as Block)?.Parent; block is not null; block = block.Parent) depth++;
        return depth > MaxDepth;
    }

    private static string Literal(string text) => $"<p>{WebUtility.HtmlEncode(text).Replace("\n", "<br>\n", StringComparison.Ordinal)}</p>";

    internal static bool IsPlain(string text) => Plain().IsMatch(text);

    private static MarkdownPipeline CreatePipeline()
    {
        // Line ends are kept as line breaks, because people who press Enter expect a new line.
        var builder = new MarkdownPipelineBuilder()
            .DisableHtml()
            .DisableHeadings()
            .UseEmphasisExtras(EmphasisExtraOptions.Strikethrough)
            .UseAutoLinks()
            .UseSoftlineBreakAsHardlineBreak();
        builder.BlockParsers.TryRemove<ThematicBreakParser>();
        return builder.Build();
    }

    private static HtmlSanitizer CreateSanitizer()
    {
        var sanitizer = new HtmlSanitizer(new HtmlSanitizerOptions
        {
            AllowedTags = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
            {
                "p", "br", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a",
            },
            AllowedAttributes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "href" },
            AllowedSchemes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "http", "https", "mailto" },
            UriAttributes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "href" },
        })
        { KeepChildNodes = true };
        sanitizer.PostProcessNode += (_, e) =>
        {
            if (e.Node is AngleSharp.Html.Dom.IHtmlAnchorElement link) link.SetAttribute("rel", "nofollow ugc noopener");
        };
        return sanitizer;
    }

    // A comment can be just "+", which Markdown would render as an empty list.
    [GeneratedRegex(@"^([-+*]|\d{1,9}[.)])\z")]
    private static partial Regex LoneMark();

    // Most comments are one line without markup and need neither library. A test verifies that both ways give the same result.
    [GeneratedRegex(@"^(?!.*www\.)\p{L}[\p{L}\p{Nd},.?!';-]*( [\p{L}\p{Nd},.?!';-]+)*$", RegexOptions.IgnoreCase)]
    private static partial Regex Plain();
}
