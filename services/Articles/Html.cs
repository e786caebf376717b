using Ganss.Xss;

namespace Articles;

/// <summary>What of an editor's HTML may reach a reader: text, structure, links, pictures; no script, style, form or frame.</summary>
public static class Html
{
    private static readonly HtmlSanitizer Sanitizer = new(new HtmlSanitizerOptions
    {
        AllowedTags = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
        {
            "p", "br", "hr", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "strong", "em", "b", "i", "u", "s", "sub", "sup", "code", "pre",
            "a", "figure", "figcaption", "img", "table", "thead", "tbody", "tr", "th", "td", "caption",
        },
        AllowedAttributes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "href", "title", "src", "alt", "width", "height", "lang", "colspan", "rowspan" },
        AllowedSchemes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "http", "https", "mailto" },
        UriAttributes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "href", "src" },
    });

    /// <summary>The same for the same input; sanitising twice changes nothing.</summary>
    public static string Sanitise(string html) => Sanitizer.Sanitize(html).Trim();
}
