using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Dom;

namespace Articles.Exchange;

/// <content>Converts or removes elements that an article cannot contain.</content>
internal sealed partial class WordPressText
{
    private void Simplify(IElement element)
    {
        var name = element.LocalName;
        switch (name)
        {
            case "iframe" or "embed" or "object" or "applet" or "audio" or "video": Embedded(element); break;
            case "img": Image(element); break;
            case "a": Anchor(element); break;
            case "noscript":
                // A lazy-loading image is replaced by its original, which is in the noscript element.
                if (element.QuerySelector("img") is not null && element.PreviousElementSibling is { LocalName: "img" } lazy) lazy.Remove();
                Unwrap(element);
                break;
            case "form":
                _leftOut.Add("a form");
                foreach (var control in element.QuerySelectorAll("input, button, select, textarea").ToArray()) control.Remove();
                Rename(element, "div");
                break;
            case "script" or "svg" or "math" or "canvas" or "map" or "template" or "input" or "button" or "select" or "textarea":
                _leftOut.Add($"<{name}>");
                element.Remove();
                break;
            case "style" or "link" or "meta" or "title" or "base": element.Remove(); break;
            case "div" when element.Closest("figure") is not null: Unwrap(element); break;
            default:
                if (Replacements.TryGetValue(name, out var other)) Rename(element, other);
                else if (SectioningElements.Contains(name)) Rename(element, "div");
                else if (PresentationalElements.Contains(name)) Unwrap(element);
                break;
        }
    }

    private void Embedded(IElement element)
    {
        // The address may be in a nested element: an <embed> in an <object>, or a <source> in a <video>.
        string?[] sources =
        [
            element.GetAttribute("src"), element.GetAttribute("data-src"), element.GetAttribute("data"),
            .. element.QuerySelectorAll("source, embed, iframe").Select(s => s.GetAttribute("src")),
            .. element.QuerySelectorAll("param[name=movie], param[name=src]").Select(s => s.GetAttribute("value")),
        ];
        var link = sources.FirstOrDefault(s => !string.IsNullOrWhiteSpace(s) && s != "about:blank") is { } source
            ? Link(source.Trim(), element.GetAttribute("title"))
            : LeaveOut($"<{element.LocalName}> without an address");
        element.OuterHtml = $" {link} ";
    }

    private void Image(IElement image)
    {
        var sources = new[] { "src", "data-src", "data-lazy-src", "data-orig-file" }.Select(image.GetAttribute);
        var source = sources.FirstOrDefault(s => s is { Length: > 0 } && !s.StartsWith("data:", StringComparison.OrdinalIgnoreCase));
        if (source is not null && Http(source.Trim()) is { } url)
        {
            image.SetAttribute("src", url);
            return;
        }
        _leftOut.Add("an image without an address");
        image.OuterHtml = WebUtility.HtmlEncode(image.GetAttribute("alt") ?? "");
    }

    private void Anchor(IElement anchor)
    {
        if (anchor.GetAttribute("href")?.Trim() is not { Length: > 0 } href || href[0] == '#') return;
        href = Http(href) ?? href;
        // A link to an anchor in the same post, such as a footnote, keeps only its fragment.
        var post = _address?.AbsoluteUri.TrimEnd('/');
        if (post is not null
            && href.StartsWith(post, StringComparison.OrdinalIgnoreCase)
            && href[post.Length..].TrimStart('/') is ['#', _, ..] fragment)
            href = fragment;
        anchor.SetAttribute("href", href);
        var scheme = Scheme().Match(href).Groups[1].Value.ToLowerInvariant();
        if (scheme is not ("" or "http" or "https" or "mailto")) _leftOut.Add($"link addresses that begin with {scheme}:");
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
