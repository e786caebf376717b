using System.Text.RegularExpressions;
using AngleSharp;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Articles.Exchange;

/// <summary>
/// Converts the content of a WordPress post to HTML with the structure that WordPress renders. Classic posts are stored with blank lines
/// between paragraphs, shortcodes for galleries, captions and media, and bare addresses for embedded pages. Content that an article cannot
/// contain becomes a link if possible, and is otherwise left out and listed in <see cref="Remarks"/>.
/// </summary>
internal sealed partial class WordPressText
{
    private static readonly HashSet<string> Blocks = new(StringComparer.OrdinalIgnoreCase)
    {
        "p", "h2", "h3", "h4", "ul", "ol", "dl", "blockquote", "pre", "figure", "table", "hr", "address", "div",
    };

    private static readonly string AnyBlock = string.Join(", ", Blocks);

    /// <summary>Elements that WordPress themes use to group a text. They become a div.</summary>
    private static readonly HashSet<string> SectioningElements = new(StringComparer.OrdinalIgnoreCase)
    {
        "section", "article", "aside", "header", "footer", "main", "nav", "center", "details", "summary", "fieldset", "legend", "hgroup",
    };

    /// <summary>Elements that only affect the presentation. They are replaced by their content.</summary>
    private static readonly HashSet<string> PresentationalElements = new(StringComparer.OrdinalIgnoreCase)
    {
        "span", "font", "big", "label", "picture", "nobr", "blink", "bdo", "bdi", "o:p",
    };

    private static readonly Dictionary<string, string> Replacements = new(StringComparer.OrdinalIgnoreCase)
    {
        ["h1"] = "h2",
        ["h5"] = "h4",
        ["h6"] = "h4",
        ["tt"] = "code",
        ["acronym"] = "abbr",
        ["strike"] = "s",
        ["xmp"] = "pre",
        ["listing"] = "pre",
        ["dir"] = "ul",
        ["menu"] = "ul",
    };

    /// <summary>Longer content is not converted, because the validation of the body rejects it anyway.</summary>
    private const int MaxLength = 400_000;

    private readonly ILookup<string, WordPressFile> _filesByPost;
    private readonly IReadOnlyDictionary<string, WordPressFile> _files;
    private readonly string _post;
    private readonly Uri? _address;
    private readonly SortedSet<string> _leftOut = new(StringComparer.Ordinal), _keptShortcodes = new(StringComparer.Ordinal);
    private int _links;

    private WordPressText(string post, string address, IReadOnlyDictionary<string, WordPressFile> files)
    {
        (_post, _files) = (post, files);
        _filesByPost = files.Values.ToLookup(f => f.Parent);
        _address = Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : null;
    }

    /// <summary>The HTML, which is not sanitised yet.</summary>
    public string Html { get; private set; } = "";

    /// <summary>The remarks for the result of the import.</summary>
    public IEnumerable<string> Remarks
    {
        get
        {
            if (_links > 0) yield return $"Embedded media converted to links: {_links}.";
            if (_leftOut.Count > 0) yield return $"Left out: {string.Join(", ", _leftOut)}.";
            if (_keptShortcodes.Count > 0) yield return $"Shortcodes kept as text: {string.Join(", ", _keptShortcodes)}.";
        }
    }

    /// <param name="content">The content in the export.</param>
    /// <param name="post">The id of the post.</param>
    /// <param name="address">The address of the post on the old site.</param>
    /// <param name="files">All files of the site by id.</param>
    public static WordPressText Read(string content, string post, string address, IReadOnlyDictionary<string, WordPressFile> files)
    {
        var text = new WordPressText(post, address, files);
        // Content that is too long or nested too deeply is not converted, because the validation of the body rejects it anyway.
        text.Html = content.Length > MaxLength || Articles.Texts.Html.IsTooDeep(content)
            ? content
            : text.Convert(content.ReplaceLineEndings("\n"));
        return text;
    }

    private string Convert(string content)
    {
        // Line ends have a meaning only in classic posts, which do not consist of blocks.
        var isClassic = !content.Contains("<!-- wp:", StringComparison.Ordinal);
        var body = new HtmlParser().ParseDocument($"<body>{ShortCodes(DynamicBlocks().Replace(content, DynamicBlock))}</body>").Body!;
        foreach (var comment in body.Descendants<IComment>().ToArray()) comment.RemoveFromParent();
        body.Normalize();
        foreach (var element in body.QuerySelectorAll("*").ToArray())
            if (body.Contains(element)) Simplify(element);
        Flow(body, isClassic, paragraphs: true);
        foreach (var text in body.Descendants<IText>().Where(t => t.ParentElement?.Closest("pre, code") is null))
            foreach (Match code in UnknownShortCode().Matches(text.Data)) _keptShortcodes.Add($"[{code.Groups[1].Value}]");
        return string.Join('\n', body.ChildNodes.Select(n => n.ToHtml()));
    }

    [GeneratedRegex("""\[/?([a-z][a-z0-9_-]*)(?:(?<=\[/[a-z0-9_-]*)|\s+[\w-]+\s*=\s*["'“”«„][^\]\n]*)\]""")]
    private static partial Regex UnknownShortCode();
}
