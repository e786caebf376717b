using AngleSharp.Html.Parser;
using Ganss.Xss;
using Markdig;
using Platform.Hosting;

namespace Articles;

/// <summary>What of an editor's HTML may reach a reader: text, structure, links, pictures; no script, style, form or frame.</summary>
public static class Html
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseEmphasisExtras().UseAutoLinks().Build();

    /// <summary>What these hold is no text for readers; of any other element that is not allowed, the text stays.</summary>
    private static readonly HashSet<string> Voided = new(StringComparer.OrdinalIgnoreCase)
    {
        "script", "style", "iframe", "object", "embed", "applet", "template", "noscript", "noembed", "noframes", "xmp", "plaintext", "title", "textarea", "select", "svg", "math", "head",
    };

    private static readonly HtmlSanitizer Sanitizer = Made(new HtmlSanitizerOptions
    {
        AllowedTags = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
        {
            "p", "br", "hr", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "strong", "em", "b", "i", "u", "s", "del", "sub", "sup", "code", "pre",
            "a", "figure", "figcaption", "img", "table", "thead", "tbody", "tr", "th", "td", "caption",
        },
        AllowedAttributes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "href", "title", "src", "alt", "width", "height", "lang", "colspan", "rowspan" },
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
        return sanitizer;
    }

    /// <summary>The same for the same input; sanitising twice changes nothing.</summary>
    public static string Sanitise(string html) => PlainText.Xml(Sanitizer.Sanitize(html)).Trim();

    /// <summary>What an editor wrote, as it is stored and shown.</summary>
    public static string Of(string body, BodyFormat format) => format == BodyFormat.Html ? Sanitise(body) : OfMarkdown(body);

    /// <summary>Markdown as sanitised HTML.</summary>
    public static string OfMarkdown(string markdown) => Sanitise(Markdown.ToHtml(markdown, Pipeline));

    /// <summary>Whether sanitised HTML holds only paragraphs, line breaks and spaces: what an editor leaves if nothing was typed.</summary>
    public static bool IsEmpty(string html)
    {
        var body = new HtmlParser().ParseDocument($"<body>{html}</body>").Body!;
        return body.QuerySelector(":not(p):not(br)") is null && string.IsNullOrWhiteSpace(body.TextContent);
    }

    /// <summary>Whether a reader sees anything of sanitised HTML: words, a picture or a line.</summary>
    public static bool IsVisible(string html)
    {
        var body = new HtmlParser().ParseDocument($"<body>{html}</body>").Body!;
        return VisibleText.IsVisible(body.TextContent) || body.QuerySelector("img, hr") is not null;
    }

    /// <summary>With links and pictures that say where they are from anywhere: for feeds and print.</summary>
    public static string Absolute(string html, Uri site) => Sanitizer.Sanitize(html, site.ToString()).Trim();
}
