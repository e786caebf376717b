using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Platform.Hosting;

namespace Articles;

/// <summary>One item of a WordPress export, read as an article. Elements are found by their local names: the namespaces carry the version of the format.</summary>
internal static partial class WordPressItem
{
    public static (string Id, string Url)? Attachment(XElement item) =>
        Wp(item, "post_type") == "attachment" && Wp(item, "attachment_url") is { Length: > 0 } url ? (Wp(item, "post_id"), url) : null;

    /// <summary>Why an item is no article, or null.</summary>
    public static string? Skipped(XElement item) => (Wp(item, "post_type"), Wp(item, "status")) switch
    {
        ("post", "publish" or "future" or "draft" or "pending") => null,
        ("post", var status) => $"its status is {status}",
        var (type, _) => $"it is no post but of the type {type}",
    };

    public static ExchangedArticle Read(XElement item, string section, string language, Dictionary<string, string> pictures, DateTimeOffset now)
    {
        var title = PlainText.Clean(WebUtility.HtmlDecode(Plain(item, "title")));
        if (title.Length == 0) throw new Malformed("title", "is empty");
        var date = Date(Wp(item, "post_date_gmt")) ?? Date(Plain(item, "pubDate"));
        var status = Wp(item, "status");
        var isPublic = status is "publish" or "future" && !IsProtected(item);
        var shown = isPublic && status == "publish" && date <= now;
        if (isPublic && date is { } given) ValidDates.Check("post_date_gmt", given);
        if (isPublic && date is null) throw new Malformed("post_date_gmt", "is missing or is no date");
        var lead = Cut(PlainText.Clean(WebUtility.HtmlDecode(PlainText.OfHtml(Qualified(item, "excerpt", "encoded")))), 500);
        var body = Body(Qualified(item, "content", "encoded"));
        var text = new TextRequest(Cut(title, 200), body, lead) { PreferredSlug = SlugOf(item, title) };
        var picture = item.Elements().Where(e => e.Name.LocalName == "postmeta" && Wp(e, "meta_key") == "_thumbnail_id").Select(e => Wp(e, "meta_value")).FirstOrDefault();
        var cover = picture is not null && pictures.TryGetValue(picture, out var url) && Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? new CoverRequest(address.AbsoluteUri, new() { [language] = text.Title })
            : null;
        var tags = item.Elements("category").Where(c => c.Attribute("domain")?.Value is "post_tag" or "category").Select(c => Slug.Of(c.Value)).Distinct().Take(20).ToArray();
        return new ExchangedArticle(
            Id(item),
            new ArticleRequest(section, new() { [language] = text }, tags, Author: PlainText.CleanOrNull(Qualified(item, "creator")) is { } author ? Cut(author, 200) : null, Cover: cover),
            PublishedAt: shown ? date : null,
            // What readers were already promised for later stays promised.
            ScheduledFor: isPublic && !shown ? date : null);
    }

    /// <summary>What the report says of an item that is taken otherwise than it stood there, or null.</summary>
    public static string? Remark(XElement item) =>
        IsProtected(item) ? "It is protected by a password there, so it was imported as a draft and not published." : null;

    private static bool IsProtected(XElement item) => Wp(item, "post_password").Length > 0;

    /// <summary>The same for the same post of the same site, in whichever file it comes.</summary>
    private static Guid Id(XElement item)
    {
        var name = Plain(item, "guid") is { Length: > 0 } guid ? guid : Plain(item, "link") + "#" + Wp(item, "post_id");
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes("wordpress " + name))[..16];
        (bytes[6], bytes[8]) = ((byte)(bytes[6] & 0x0F | 0x80), (byte)(bytes[8] & 0x3F | 0x80));
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>WordPress keeps names of other scripts percent-encoded.</summary>
    private static string SlugOf(XElement item, string title)
    {
        var name = Uri.UnescapeDataString(Wp(item, "post_name"));
        return Slug.IsValid(name) ? name : Slug.Of(name.Length > 0 ? name : title);
    }

    /// <summary>WordPress stores paragraphs as blank lines and turns them into HTML only when it shows them; blocks are comments, short codes its own tags.</summary>
    private static string Body(string content)
    {
        var html = Comments().Replace(ShortCodes().Replace(content, ""), "");
        html = Heading1().Replace(Heading56().Replace(html, "<$1h4$2>"), "<$1h2$2>");
        if (Paragraph().IsMatch(html)) return html;
        var parts = html.Replace("\r\n", "\n", StringComparison.Ordinal).Split("\n\n", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return string.Join('\n', parts.Select(p => Block().IsMatch(p) ? p : $"<p>{p.Replace("\n", "<br>", StringComparison.Ordinal)}</p>"));
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : PlainText.Xml(text[..length]).TrimEnd();

    private static DateTimeOffset? Date(string text) =>
        !text.StartsWith("0000", StringComparison.Ordinal) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date) ? date : null;

    private static string Plain(XElement item, string name) => item.Element(name)?.Value ?? "";

    private static string Wp(XElement item, string name) => item.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value ?? "";

    private static string Qualified(XElement item, string module, string name) =>
        item.Elements().FirstOrDefault(e => e.Name.LocalName == name && e.Name.NamespaceName.Contains(module, StringComparison.Ordinal))?.Value ?? "";

    private static string Qualified(XElement item, string name) => item.Elements().FirstOrDefault(e => e.Name.LocalName == name && e.Name.NamespaceName.Length > 0)?.Value ?? "";

    [GeneratedRegex(@"\[/?(caption|wp_caption|gallery|embed|audio|video|playlist)\b[^\]]*\]", RegexOptions.IgnoreCase)]
    private static partial Regex ShortCodes();

    [GeneratedRegex("<!--.*?-->", RegexOptions.Singleline)]
    private static partial Regex Comments();

    [GeneratedRegex(@"<(/?)h1(\s[^>]*)?>", RegexOptions.IgnoreCase)]
    private static partial Regex Heading1();

    [GeneratedRegex(@"<(/?)h[56](\s[^>]*)?>", RegexOptions.IgnoreCase)]
    private static partial Regex Heading56();

    [GeneratedRegex(@"<p[\s>]", RegexOptions.IgnoreCase)]
    private static partial Regex Paragraph();

    [GeneratedRegex(@"^<(h[2-4]|ul|ol|blockquote|pre|figure|table|hr)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Block();
}
