using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Articles.Exchange;

/// <content>Converts shortcodes and dynamic blocks, which WordPress replaces when it renders a post.</content>
internal sealed partial class WordPressText
{
    private string DynamicBlock(Match block)
    {
        var name = block.Groups[1].Value;
        if (name is "more" or "nextpage" or "spacer" or "separator") return "";
        if (BlockAddress().Match(block.Value) is { Success: true } url)
            return $"\n\n{Link(JsonSerializer.Deserialize<string>($"\"{url.Groups[1].Value}\"")!)}\n\n";
        _leftOut.Add($"the block {name}");
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
            // [[gallery]] is an escaped shortcode, which is shown as text.
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
            if (Rendered(name, Attributes(code), inner) is not { } rendered)
            {
                html.Append(code.Value);
                continue;
            }
            html.Append(rendered);
            if (end >= 0) at = end + name.Length + 3;
        }
        return html.Append(content, at, content.Length - at).ToString();
    }

    /// <summary>The HTML for a shortcode; null if it is not a shortcode but text in brackets.</summary>
    private string? Rendered(string name, Dictionary<string, string> attributes, string? inner) => name switch
    {
        "caption" or "wp_caption" => inner is null ? null : Caption(inner, attributes.GetValueOrDefault("caption")),
        "embed" => (inner ?? attributes.GetValueOrDefault("src") ?? attributes.GetValueOrDefault("")) is { } url
            ? Link(WebUtility.HtmlDecode(url.Trim()))
            : null,
        "gallery" => Gallery(attributes),
        "playlist" => string.Join("<br>", Files(attributes, attributes.GetValueOrDefault("type", "audio"), name)
            .Select(f => Link(f.Url, f.Title))),
        _ when attributes.FirstOrDefault(a => a.Key is "" or "src" || IsHttp(a.Value) && a.Key != "poster").Value
            is { Length: > 0 } source =>
            Link(source),
        _ when attributes.Count > 0 => LeaveOut($"[{name}]"),
        _ => _filesByPost[_post].FirstOrDefault(f => f.Kind == name) is { } file ? Link(file.Url, file.Title) : null,
    };

    private static bool IsHttp(string text) => text.StartsWith("http", StringComparison.OrdinalIgnoreCase);

    private string LeaveOut(string part)
    {
        _leftOut.Add(part);
        return "";
    }

    private static string Caption(string inner, string? caption)
    {
        var body = new HtmlParser().ParseDocument($"<body>{inner}</body>").Body!;
        if (body.QuerySelector("img") is not { } picture) return inner;
        IElement shown = picture.ParentElement is { TagName: "A" } link && link.TextContent.Trim().Length == 0 ? link : picture;
        var html = shown.OuterHtml;
        shown.RemoveFromParent();
        return Figure(html, caption is null ? body.InnerHtml.Trim() : WebUtility.HtmlDecode(caption));
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
        var excluded = attributes.GetValueOrDefault("exclude", "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
        var files = numbers is null
            ? _filesByPost[attributes.GetValueOrDefault("id", _post)].Where(f => f.Kind == kind && !excluded.Contains(f.Id)).ToArray()
            : [.. numbers.Select(n => _files.GetValueOrDefault(n)).OfType<WordPressFile>()];
        var missing = numbers is null ? [] : numbers.Where(n => !_files.ContainsKey(n)).ToArray();
        if (missing.Length > 0) _leftOut.Add($"files of a {code} that are not in this export ({string.Join(", ", missing)})");
        else if (files.Length == 0) _leftOut.Add($"a {code} without files in this export");
        return files;
    }

    private static Dictionary<string, string> Attributes(Match code)
    {
        var attributes = new Dictionary<string, string>();
        foreach (Match attribute in Attribute().Matches(code.Groups[2].Value))
            attributes.TryAdd(attribute.Groups[1].Value, attribute.Groups[2].Value.Trim('"', '\''));
        return attributes;
    }

    private string Link(string url, string? text = null)
    {
        if (Http(url) is not { } address) return LeaveOut($"embedded media at \"{url}\"");
        _links++;
        var shown = string.IsNullOrWhiteSpace(text) ? address : text.Trim();
        return $"<a href=\"{WebUtility.HtmlEncode(address)}\">{WebUtility.HtmlEncode(shown)}</a>";
    }

    /// <summary>The absolute address; null if it is not an http or https address.</summary>
    private string? Http(string url)
    {
        if (_address is null && url.StartsWith("//", StringComparison.Ordinal)) url = $"https:{url}";
        var isKnown = _address is null ? Uri.TryCreate(url, UriKind.Absolute, out var uri) : Uri.TryCreate(_address, url, out uri);
        return isKnown && uri!.Scheme is "http" or "https" ? uri!.AbsoluteUri : null;
    }

    [GeneratedRegex(@"<!--\s*wp:([a-z][a-z0-9_/-]*)\s[^>]*?/-->")]
    private static partial Regex DynamicBlocks();

    [GeneratedRegex(@"""url"":""(https?:(?:[^""\\]|\\/|\\u[0-9a-fA-F]{4})+)""")]
    private static partial Regex BlockAddress();

    // Text in brackets is a shortcode only if attributes or an address follow the name, or nothing at all.
    [GeneratedRegex("""
        \[(caption|wp_caption|gallery|embed|audio|video|playlist)
        ((?:\s+[\w-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'\]]+)|\s+https?://[^\s"\]]+)*)
        \s*/?\]
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex ShortCode();

    [GeneratedRegex("""(?:([\w-]+)\s*=\s*)?("[^"]*"|'[^']*'|[^\s"']+)""")]
    private static partial Regex Attribute();
}
