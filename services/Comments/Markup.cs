using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using Ganss.Xss;
using Markdig;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Parsers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Platform.Hosting;

namespace Comments;

/// <summary>
/// A comment's text as HTML: paragraphs, emphasis, code, quotes, lists and links of Markdown; no HTML of the writer's own, no headings, no
/// pictures. What comes out is cleaned once more, so that nothing depends on one library alone. Links are marked as a visitor's.
/// </summary>
public static partial class Markup
{
    private const int Deepest = 40;
    private static readonly MarkdownPipeline Pipeline = Made();
    private static readonly HtmlSanitizer Sanitizer = Cleaning();

    public static string Of(string text) => Plain().IsMatch(text) ? $"<p>{text}</p>" : Rendered(text);

    /// <summary>Whether a reader sees anything of it.</summary>
    internal static bool IsVisible(string text) =>
        VisibleText.IsVisible(text) && (Plain().IsMatch(text) || VisibleText.IsVisible(Words(Rendered(text))));

    private static string Words(string html) => new HtmlParser().ParseDocument($"<body>{html}</body>").Body!.TextContent;

    internal static string Rendered(string text) =>
        Sanitizer.Sanitize((LoneMark().IsMatch(text) ? null : Marked(text)) ?? Literal(text)).Trim();

    /// <summary>The text as HTML; null if its markup is nested deeper than any reader could follow.</summary>
    private static string? Marked(string text)
    {
        try
        {
            var document = Markdown.Parse(text, Pipeline);
            return document.Descendants().Any(IsTooDeep) ? null : document.ToHtml(Pipeline);
        }
        // Markdig refuses nesting beyond its own limit with this exception, while it parses or while it renders.
        catch (ArgumentException)
        {
            return null;
        }
    }

    // The library drops the text of some lists below its own limit, so the limit here is lower.
    private static bool IsTooDeep(MarkdownObject node)
    {
        var depth = 0;
        for (var inline = (node as Inline)?.Parent; inline is not null; inline = inline.Parent) depth++;
        for (var block = (node as Block)?.Parent; block is not null; block = block.Parent) depth++;
        return depth > Deepest;
    }

    private static string Literal(string text) => $"<p>{WebUtility.HtmlEncode(text).Replace("\n", "<br>\n", StringComparison.Ordinal)}</p>";

    internal static bool IsPlain(string text) => Plain().IsMatch(text);

    private static MarkdownPipeline Made()
    {
        // A line end is one: people press Enter for it.
        var builder = new MarkdownPipelineBuilder()
            .DisableHtml()
            .DisableHeadings()
            .UseEmphasisExtras(EmphasisExtraOptions.Strikethrough)
            .UseAutoLinks()
            .UseSoftlineBreakAsHardlineBreak();
        builder.BlockParsers.TryRemove<ThematicBreakParser>();
        return builder.Build();
    }

    private static HtmlSanitizer Cleaning()
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

    // "+" is an answer; as Markdown it would be a list of nothing.
    [GeneratedRegex(@"^([-+*]|\d{1,9}[.)])\z")]
    private static partial Regex LoneMark();

    // Most comments are a line in which nothing is marked up; they need neither library. A test holds the two ways together.
    [GeneratedRegex(@"^(?!.*www\.)\p{L}[\p{L}\p{Nd},.?!';-]*( [\p{L}\p{Nd},.?!';-]+)*$", RegexOptions.IgnoreCase)]
    private static partial Regex Plain();
}
