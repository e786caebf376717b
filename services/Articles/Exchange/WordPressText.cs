using System.Text.RegularExpressions;
using AngleSharp;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Articles;

/// <summary>
/// The content of a WordPress post as HTML with the structure that WordPress shows. Classic posts are stored with blank lines for
/// paragraphs, short codes for galleries, captions and media, and bare addresses for embedded pages; all of these become elements here.
/// What no article can hold becomes a link, and what cannot even be that is listed in <see cref="Remarks"/>.
/// </summary>
internal sealed partial class WordPressText
{
    private static readonly HashSet<string> Blocks = new(StringComparer.OrdinalIgnoreCase)
    {
        "p", "h2", "h3", "h4", "ul", "ol", "dl", "blockquote", "pre", "figure", "table", "hr", "address", "div",
    };

    private static readonly string AnyBlock = string.Join(", ", Blocks);

    /// <summary>What WordPress themes group a text with.</summary>
    private static readonly HashSet<string> Groups = new(StringComparer.OrdinalIgnoreCase)
    {
        "section", "article", "aside", "header", "footer", "main", "nav", "center", "details", "summary", "fieldset", "legend", "hgroup",
    };

    /// <summary>Elements that only look.</summary>
    private static readonly HashSet<string> Nameless = new(StringComparer.OrdinalIgnoreCase)
    {
        "span", "font", "big", "label", "picture", "nobr", "blink", "bdo", "bdi", "o:p",
    };

    private static readonly Dictionary<string, string> Renamed = new(StringComparer.OrdinalIgnoreCase)
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

    /// <summary>What is longer is refused with all other checks of a body, and converted for nothing.</summary>
    private const int Longest = 400_000;

    private readonly ILookup<string, WordPressFile> _ofPost;
    private readonly IReadOnlyDictionary<string, WordPressFile> _files;
    private readonly string _post;
    private readonly Uri? _address;
    private readonly SortedSet<string> _lost = new(StringComparer.Ordinal), _kept = new(StringComparer.Ordinal);
    private int _links;

    private WordPressText(string post, string address, IReadOnlyDictionary<string, WordPressFile> files)
    {
        (_post, _files) = (post, files);
        _ofPost = files.Values.ToLookup(f => f.Parent);
        _address = Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : null;
    }

    /// <summary>HTML, which is not sanitised yet.</summary>
    public string Html { get; private set; } = "";

    /// <summary>What the report of an import says about the text.</summary>
    public IEnumerable<string> Remarks
    {
        get
        {
            if (_links > 0) yield return $"Embedded media became links: {_links}.";
            if (_lost.Count > 0) yield return $"Left out: {string.Join(", ", _lost)}.";
            if (_kept.Count > 0) yield return $"Short codes kept as text: {string.Join(", ", _kept)}.";
        }
    }

    /// <param name="content">What the export holds.</param>
    /// <param name="post">The number of the post.</param>
    /// <param name="address">Where the post was shown.</param>
    /// <param name="files">All files of the site by their numbers.</param>
    public static WordPressText Read(string content, string post, string address, IReadOnlyDictionary<string, WordPressFile> files)
    {
        var text = new WordPressText(post, address, files);
        // What is too long or nested too deep is not converted; it is refused with all other checks of a body.
        text.Html = content.Length > Longest || Articles.Html.IsTooDeep(content) ? content : text.Convert(content.ReplaceLineEndings("\n"));
        return text;
    }

    private string Convert(string content)
    {
        // Newlines mean something in classic posts only.
        var isClassic = !content.Contains("<!-- wp:", StringComparison.Ordinal);
        var body = new HtmlParser().ParseDocument($"<body>{ShortCodes(DynamicBlocks().Replace(content, DynamicBlock))}</body>").Body!;
        foreach (var comment in body.Descendants<IComment>().ToArray()) comment.RemoveFromParent();
        body.Normalize();
        foreach (var element in body.QuerySelectorAll("*").ToArray())
            if (body.Contains(element)) Simplify(element);
        Flow(body, isClassic, paragraphs: true);
        foreach (var text in body.Descendants<IText>().Where(t => t.ParentElement?.Closest("pre, code") is null))
            foreach (Match code in UnknownShortCode().Matches(text.Data)) _kept.Add($"[{code.Groups[1].Value}]");
        return string.Join('\n', body.ChildNodes.Select(n => n.ToHtml()));
    }

    [GeneratedRegex("""\[/?([a-z][a-z0-9_-]*)(?:(?<=\[/[a-z0-9_-]*)|\s+[\w-]+\s*=\s*["'“”«„][^\]\n]*)\]""")]
    private static partial Regex UnknownShortCode();
}
