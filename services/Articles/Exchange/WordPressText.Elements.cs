using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Dom;

namespace Articles;

/// <content>Elements that an article cannot hold.</content>
internal sealed partial class WordPressText
{
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

    [GeneratedRegex("^([a-z][a-z0-9+.-]*):", RegexOptions.IgnoreCase)]
    private static partial Regex Scheme();
}
