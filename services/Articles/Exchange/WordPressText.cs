using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AngleSharp;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Articles;

/// <summary>A file of a WordPress site: its number, address, the post it was uploaded for, and its words.</summary>
internal sealed record WordPressFile(string Id, string Url, string Parent, string Title, string Caption, string Alt)
{
    private static readonly string[] Pictures = [".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".bmp", ".svg"];
    private static readonly string[] Sounds = [".mp3", ".m4a", ".ogg", ".oga", ".wav", ".flac", ".wma", ".aac"];
    private static readonly string[] Films = [".mp4", ".m4v", ".webm", ".ogv", ".mov", ".wmv", ".avi", ".flv"];

    /// <summary>gallery, audio, video or other: the short code that shows it.</summary>
    public string Kind => Of(Pictures) ? "gallery" : Of(Sounds) ? "audio" : Of(Films) ? "video" : "other";

    private bool Of(string[] endings) => endings.Any(e => Url.EndsWith(e, StringComparison.OrdinalIgnoreCase));
}

/// <summary>
/// The content of a WordPress post as HTML with the structure that WordPress shows. Classic posts are stored with blank lines for
/// paragraphs, short codes for galleries, captions and media, and bare addresses for embedded pages; all of these become elements here. What no
/// article can hold becomes a link, and what cannot even be that is listed in <see cref="Remarks"/>.
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
        ["h1"] = "h2", ["h5"] = "h4", ["h6"] = "h4", ["tt"] = "code", ["acronym"] = "abbr", ["strike"] = "s",
        ["xmp"] = "pre", ["listing"] = "pre", ["dir"] = "ul", ["menu"] = "ul",
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

    // Short codes

    private string DynamicBlock(Match block)
    {
        var name = block.Groups[1].Value;
        if (name is "more" or "nextpage" or "spacer" or "separator") return "";
        if (BlockAddress().Match(block.Value) is { Success: true } url)
            return $"\n\n{Link(JsonSerializer.Deserialize<string>($"\"{url.Groups[1].Value}\"")!)}\n\n";
        _lost.Add($"the block {name}");
        return "";
    }

    private string ShortCodes(string content)
    {
        var (html, at) = (new StringBuilder(), 0);
        var codes = ShortCode().Matches(content);
        for (var i = 0; i < codes.Count; i++)
        {
            var code = codes[i];
            if (code.Index < at) continue;
            html.Append(content, at, code.Index - at);
            at = code.Index + code.Length;
            var name = code.Groups[1].Value;
            // [[gallery]] is how an author writes about a short code.
            if (code.Index > 0 && content[code.Index - 1] == '[' && at < content.Length && content[at] == ']')
            {
                html.Length--;
                html.Append(code.Value);
                at++;
                continue;
            }
            var next = Enumerable.Range(i + 1, codes.Count - i - 1).Select(n => codes[n]).FirstOrDefault(c => c.Groups[1].Value == name);
            var until = next?.Index ?? content.Length;
            var end = content.IndexOf($"[/{name}]", at, until - at, StringComparison.Ordinal);
            var inner = end < 0 ? null : content[at..end];
            if (Shown(name, Attributes(code), inner) is not { } shown)
            {
                html.Append(code.Value);
                continue;
            }
            html.Append(shown);
            if (end >= 0) at = end + name.Length + 3;
        }
        return html.Append(content, at, content.Length - at).ToString();
    }

    /// <summary>What a short code shows; null if these are just words in brackets.</summary>
    private string? Shown(string name, Dictionary<string, string> attributes, string? inner) => name switch
    {
        "caption" or "wp_caption" => inner is null ? null : Caption(inner, attributes.GetValueOrDefault("caption")),
        "embed" => (inner ?? attributes.GetValueOrDefault("src") ?? attributes.GetValueOrDefault("")) is { } url
            ? Link(WebUtility.HtmlDecode(url.Trim()))
            : null,
        "gallery" => Gallery(attributes),
        "playlist" => string.Join("<br>", Files(attributes, attributes.GetValueOrDefault("type", "audio"), name)
            .Select(f => Link(f.Url, f.Title))),
        _ when attributes.FirstOrDefault(a => a.Key is "" or "src" || IsHttp(a.Value) && a.Key != "poster").Value is { Length: > 0 } source =>
            Link(source),
        _ when attributes.Count > 0 => Lost($"[{name}]"),
        _ => _ofPost[_post].FirstOrDefault(f => f.Kind == name) is { } file ? Link(file.Url, file.Title) : null,
    };

    private static bool IsHttp(string text) => text.StartsWith("http", StringComparison.OrdinalIgnoreCase);

    private string Lost(string what)
    {
        _lost.Add(what);
        return "";
    }

    private static string Caption(string inner, string? words)
    {
        var body = new HtmlParser().ParseDocument($"<body>{inner}</body>").Body!;
        if (body.QuerySelector("img") is not { } picture) return inner;
        IElement shown = picture.ParentElement is { TagName: "A" } link && link.TextContent.Trim().Length == 0 ? link : picture;
        var html = shown.OuterHtml;
        shown.RemoveFromParent();
        return Figure(html, words is null ? body.InnerHtml.Trim() : WebUtility.HtmlDecode(words));
    }

    private string Gallery(Dictionary<string, string> attributes) => string.Concat(Files(attributes, "gallery", "gallery").Select(f =>
        Figure(
            $"<img src=\"{WebUtility.HtmlEncode(f.Url)}\" alt=\"{WebUtility.HtmlEncode(f.Alt.Length > 0 ? f.Alt : f.Title)}\">",
            f.Caption)));

    private static string Figure(string picture, string caption) =>
        $"<figure>{picture}{(caption.Length == 0 ? "" : $"<figcaption>{caption}</figcaption>")}</figure>";

    private WordPressFile[] Files(Dictionary<string, string> attributes, string kind, string code)
    {
        var named = attributes.GetValueOrDefault("ids") ?? attributes.GetValueOrDefault("include");
        var numbers = named?.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
        var without = attributes.GetValueOrDefault("exclude", "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
        var files = numbers is null
            ? _ofPost[attributes.GetValueOrDefault("id", _post)].Where(f => f.Kind == kind && !without.Contains(f.Id)).ToArray()
            : [.. numbers.Select(n => _files.GetValueOrDefault(n)).OfType<WordPressFile>()];
        var missing = numbers is null ? [] : numbers.Where(n => !_files.ContainsKey(n)).ToArray();
        if (missing.Length > 0) _lost.Add($"files of a {code} that are not in this export ({string.Join(", ", missing)})");
        else if (files.Length == 0) _lost.Add($"a {code} without files in this export");
        return files;
    }

    private static Dictionary<string, string> Attributes(Match code)
    {
        var attributes = new Dictionary<string, string>();
        foreach (Match attribute in Attribute().Matches(code.Groups[2].Value))
            attributes.TryAdd(attribute.Groups[1].Value, attribute.Groups[2].Value.Trim('"', '\''));
        return attributes;
    }

    private string Link(string url, string? words = null)
    {
        if (Http(url) is not { } address) return Lost($"embedded media at \"{url}\"");
        _links++;
        var shown = string.IsNullOrWhiteSpace(words) ? address : words.Trim();
        return $"<a href=\"{WebUtility.HtmlEncode(address)}\">{WebUtility.HtmlEncode(shown)}</a>";
    }

    /// <summary>The address as a whole; null if it is none of the web.</summary>
    private string? Http(string url)
    {
        if (_address is null && url.StartsWith("//", StringComparison.Ordinal)) url = $"https:{url}";
        var isKnown = _address is null ? Uri.TryCreate(url, UriKind.Absolute, out var uri) : Uri.TryCreate(_address, url, out uri);
        return isKnown && uri!.Scheme is "http" or "https" ? uri!.AbsoluteUri : null;
    }

    // Elements

    private void Simplify(IElement element)
    {
        var name = element.LocalName;
        switch (name)
        {
            case "iframe" or "embed" or "object" or "applet" or "audio" or "video": Embedded(element); break;
            case "img": Picture(element); break;
            case "a": Anchor(element); break;
            case "noscript":
                // The picture itself, where another one is replaced by a script.
                if (element.QuerySelector("img") is not null && element.PreviousElementSibling is { LocalName: "img" } lazy) lazy.Remove();
                Unwrap(element);
                break;
            case "form":
                _lost.Add("a form");
                foreach (var control in element.QuerySelectorAll("input, button, select, textarea").ToArray()) control.Remove();
                Rename(element, "div");
                break;
            case "script" or "svg" or "math" or "canvas" or "map" or "template" or "input" or "button" or "select" or "textarea":
                _lost.Add($"<{name}>");
                element.Remove();
                break;
            case "style" or "link" or "meta" or "title" or "base": element.Remove(); break;
            case "div" when element.Closest("figure") is not null: Unwrap(element); break;
            default:
                if (Renamed.TryGetValue(name, out var other)) Rename(element, other);
                else if (Groups.Contains(name)) Rename(element, "div");
                else if (Nameless.Contains(name)) Unwrap(element);
                break;
        }
    }

    private void Embedded(IElement element)
    {
        // An <object> around an <embed>, or a <video> around its sources.
        string?[] sources =
        [
            element.GetAttribute("src"), element.GetAttribute("data-src"), element.GetAttribute("data"),
            .. element.QuerySelectorAll("source, embed, iframe").Select(s => s.GetAttribute("src")),
            .. element.QuerySelectorAll("param[name=movie], param[name=src]").Select(s => s.GetAttribute("value")),
        ];
        var link = sources.FirstOrDefault(s => !string.IsNullOrWhiteSpace(s) && s != "about:blank") is { } source
            ? Link(source.Trim(), element.GetAttribute("title"))
            : Lost($"<{element.LocalName}> without an address");
        element.OuterHtml = $" {link} ";
    }

    private void Picture(IElement picture)
    {
        var sources = new[] { "src", "data-src", "data-lazy-src", "data-orig-file" }.Select(picture.GetAttribute);
        var source = sources.FirstOrDefault(s => s is { Length: > 0 } && !s.StartsWith("data:", StringComparison.OrdinalIgnoreCase));
        if (source is not null && Http(source.Trim()) is { } url)
        {
            picture.SetAttribute("src", url);
            return;
        }
        _lost.Add("a picture without an address");
        picture.OuterHtml = WebUtility.HtmlEncode(picture.GetAttribute("alt") ?? "");
    }

    private void Anchor(IElement anchor)
    {
        if (anchor.GetAttribute("href")?.Trim() is not { Length: > 0 } href || href[0] == '#') return;
        href = Http(href) ?? href;
        // A footnote of the post itself.
        var post = _address?.AbsoluteUri.TrimEnd('/');
        if (post is not null
            && href.StartsWith(post, StringComparison.OrdinalIgnoreCase)
            && href[post.Length..].TrimStart('/') is ['#', _, ..] fragment)
            href = fragment;
        anchor.SetAttribute("href", href);
        var scheme = Scheme().Match(href).Groups[1].Value.ToLowerInvariant();
        if (scheme is not ("" or "http" or "https" or "mailto")) _lost.Add($"addresses of links that begin with {scheme}:");
    }

    private static void Unwrap(IElement element)
    {
        while (element.FirstChild is { } child) element.Parent!.InsertBefore(child, element);
        element.Remove();
    }

    private static void Rename(IElement element, string name)
    {
        var renamed = element.Owner!.CreateElement(name);
        foreach (var attribute in element.Attributes) renamed.SetAttribute(attribute.Name, attribute.Value);
        while (element.FirstChild is { } child) renamed.AppendChild(child);
        element.Parent!.ReplaceChild(renamed, element);
    }

    // Paragraphs

    /// <summary>Makes paragraphs of what stands between the blocks of an element: of all of it, or of what a blank line divides.</summary>
    private void Flow(IElement parent, bool isClassic, bool paragraphs)
    {
        var run = new List<INode>();
        foreach (var child in parent.ChildNodes.ToArray())
        {
            if (child is IElement block && IsBlock(block))
            {
                Paragraphs(parent, run, block, isClassic, paragraphs);
                Block(block, isClassic);
            }
            else run.Add(child);
        }
        Paragraphs(parent, run, null, isClassic, paragraphs);
    }

    private static bool IsBlock(IElement element) => Blocks.Contains(element.LocalName) || element.QuerySelector(AnyBlock) is not null;

    private void Block(IElement block, bool isClassic)
    {
        switch (block.LocalName)
        {
            case "pre" or "hr": break;
            case "p" when !isClassic:
                foreach (var child in block.ChildNodes.ToArray()) Lines(child, isClassic);
                break;
            case "p":
                // A blank line ends even a paragraph that is marked up.
                var before = block.PreviousSibling;
                Paragraphs(block.ParentElement!, [.. block.ChildNodes], block, isClassic, paragraphs: true);
                if ((before is null ? block.Parent!.FirstChild : before.NextSibling) is IElement first && first != block)
                    foreach (var attribute in block.Attributes) first.SetAttribute(attribute.Name, attribute.Value);
                block.Remove();
                break;
            case "div" or "blockquote": Flow(block, isClassic, paragraphs: true); break;
            case "ul" or "ol" or "dl" or "table" or "thead" or "tbody" or "tfoot" or "tr":
                foreach (var child in block.ChildNodes.ToArray())
                {
                    if (child is IElement { LocalName: not "br" } element) Block(element, isClassic);
                    else if (child.TextContent.Trim().Length == 0) child.RemoveFromParent();
                }
                break;
            default: Flow(block, isClassic, paragraphs: false); break;
        }
        if (block.LocalName == "div" && block.Parent is not null) Unwrap(block);
    }

    /// <summary>Puts a run of text and inline elements before a block, or at the end.</summary>
    private void Paragraphs(IElement parent, List<INode> run, INode? before, bool isClassic, bool paragraphs)
    {
        List<List<INode>> parts = [[]];
        foreach (var node in run)
        {
            if (node is not IText text)
            {
                parts[^1].Add(node);
                continue;
            }
            var pieces = isClassic || parent.LocalName == "body" ? BlankLine().Split(text.Data) : [text.Data];
            for (var i = 0; i < pieces.Length; i++)
            {
                if (i > 0) parts.Add([]);
                if (pieces[i].Length > 0) parts[^1].Add(parent.Owner!.CreateTextNode(pieces[i]));
            }
        }
        foreach (var node in run) node.RemoveFromParent();
        run.Clear();
        foreach (var part in parts) Trim(part);
        parts.RemoveAll(p => p.Count == 0);
        foreach (var part in parts)
        {
            var into = parent;
            if (paragraphs || parts.Count > 1)
            {
                into = parent.Owner!.CreateElement("p");
                parent.InsertBefore(into, before);
            }
            foreach (var node in part) into.InsertBefore(node, into == parent ? before : null);
            foreach (var node in part) Lines(node, isClassic);
        }
    }

    /// <summary>Without the spaces and line breaks at both ends.</summary>
    private static void Trim(List<INode> part)
    {
        while (part.Count > 0 && IsSpace(part[0])) part.RemoveAt(0);
        while (part.Count > 0 && IsSpace(part[^1])) part.RemoveAt(part.Count - 1);
        if (part.Count > 0 && part[0] is IText first) first.Data = first.Data.TrimStart();
        if (part.Count > 0 && part[^1] is IText last) last.Data = last.Data.TrimEnd();
    }

    private static bool IsSpace(INode node) =>
        node is IElement { LocalName: "br" } || node is IText && string.IsNullOrWhiteSpace(node.TextContent);

    /// <summary>Line ends of a classic post become line breaks, and an address that has a line of its own becomes a link.</summary>
    private void Lines(INode node, bool isClassic)
    {
        if (node is IElement { LocalName: not ("pre" or "code") } element)
            foreach (var child in element.ChildNodes.ToArray()) Lines(child, isClassic);
        if (node is not IText text || text.Data.Trim().Length == 0 && !text.Data.Contains('\n', StringComparison.Ordinal)) return;
        var lines = text.Data.Split('\n');
        if (lines.Length == 1 && !Address().IsMatch(text.Data)) return;
        var (parent, previous, next) = (text.Parent!, text.PreviousSibling, text.NextSibling);
        var (afterBreak, beforeBreak) = (previous is IElement { LocalName: "br" }, next is IElement { LocalName: "br" });
        for (var i = 0; i < lines.Length; i++)
        {
            var begins = i > 0 || afterBreak || previous is null;
            var ends = i < lines.Length - 1 || beforeBreak || next is null;
            var isAlone = begins && ends && node.ParentElement?.Closest("a, code") is null && Address().IsMatch(lines[i]);
            if (i > 0)
            {
                // One break is enough.
                var isBroken = i == 1 && afterBreak && lines[0].Trim().Length == 0
                    || i == lines.Length - 1 && beforeBreak && lines[i].Trim().Length == 0;
                parent.InsertBefore(isClassic && !isBroken ? text.Owner!.CreateElement("br") : text.Owner!.CreateTextNode("\n"), text);
            }
            if (isAlone)
            {
                var link = text.Owner!.CreateElement("a");
                link.SetAttribute("href", lines[i].Trim());
                link.TextContent = lines[i].Trim();
                parent.InsertBefore(link, text);
                _links++;
            }
            else if (lines[i].Length > 0) parent.InsertBefore(text.Owner!.CreateTextNode(i > 0 ? lines[i].TrimStart() : lines[i]), text);
        }
        text.Remove();
    }

    [GeneratedRegex(@"<!--\s*wp:([a-z][a-z0-9_/-]*)\s[^>]*?/-->")]
    private static partial Regex DynamicBlocks();

    [GeneratedRegex(@"""url"":""(https?:(?:[^""\\]|\\/|\\u[0-9a-fA-F]{4})+)""")]
    private static partial Regex BlockAddress();

    // Words in brackets are no short code: what follows the name has to be attributes or an address.
    [GeneratedRegex("""
        \[(caption|wp_caption|gallery|embed|audio|video|playlist)
        ((?:\s+[\w-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'\]]+)|\s+https?://[^\s"\]]+)*)
        \s*/?\]
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex ShortCode();

    [GeneratedRegex("""(?:([\w-]+)\s*=\s*)?("[^"]*"|'[^']*'|[^\s"']+)""")]
    private static partial Regex Attribute();

    [GeneratedRegex("""\[/?([a-z][a-z0-9_-]*)(?:(?<=\[/[a-z0-9_-]*)|\s+[\w-]+\s*=\s*["'“”«„][^\]\n]*)\]""")]
    private static partial Regex UnknownShortCode();

    [GeneratedRegex(@"\n[ \t]*\n\s*")]
    private static partial Regex BlankLine();

    [GeneratedRegex("""^\s*https?://[^\s<>"]+\s*$""")]
    private static partial Regex Address();

    [GeneratedRegex("^([a-z][a-z0-9+.-]*):", RegexOptions.IgnoreCase)]
    private static partial Regex Scheme();
}
