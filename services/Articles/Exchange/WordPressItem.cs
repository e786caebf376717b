using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Platform.Hosting;

namespace Articles;

/// <summary>
/// One item of a WordPress export, read as an article. Elements are found by their local names: the namespaces carry the version of the
/// format.
/// </summary>
internal static class WordPressItem
{
    private const int MostTags = 20, LongestMadeTitle = 80;

    /// <summary>The file that an attachment stands for, or null.</summary>
    public static WordPressFile? File(XElement item) =>
        Wp(item, "post_type") == "attachment" && Wp(item, "attachment_url") is { Length: > 0 } url
        ? new(
            Wp(item, "post_id"),
            url,
            Wp(item, "post_parent"),
            PlainText.Clean(WebUtility.HtmlDecode(Plain(item, "title"))),
            Qualified(item, "excerpt", "encoded").Trim(),
            PlainText.Clean(Meta(item, "_wp_attachment_image_alt")))
        : null;

    /// <summary>Why an item is no article, or null.</summary>
    public static string? Skipped(XElement item) => (Wp(item, "post_type"), Wp(item, "status")) switch
    {
        ("post", "publish" or "future" or "draft" or "pending") => null,
        ("post", var status) => $"its status is {status}",
        var (type, _) => $"it is no post but of the type {type}",
    };

    /// <summary>The article, and what the report says of that in which it differs from the post.</summary>
    public static (ExchangedArticle Article, string? Remark) Read(
        XElement item,
        string section,
        string language,
        WordPressSite site,
        DateTimeOffset now)
    {
        var remarks = new List<string>();
        if (IsProtected(item)) remarks.Add("It is protected by a password there, so it was imported as a draft and not published.");
        string Cut(string text, int length, string what)
        {
            if (text.Length <= length) return text;
            remarks.Add($"The {what} was cut to {length} characters.");
            return PlainText.Xml(text[..length]).TrimEnd();
        }

        var content = WordPressText.Read(Qualified(item, "content", "encoded"), Wp(item, "post_id"), Plain(item, "link"), site.Files);
        var title = Cut(Title(item, content.Html, remarks), 200, "title");
        var status = Wp(item, "status");
        var isPublic = status is "publish" or "future" && !IsProtected(item);
        var date = Date(Wp(item, "post_date_gmt")) ?? Date(Plain(item, "pubDate"));
        if (isPublic && date is null && Date(Wp(item, "post_date")) is { } local)
        {
            date = local;
            remarks.Add("It has only a local date there, which was taken for UTC.");
        }
        var shown = isPublic && status == "publish" && date <= now;
        if (isPublic && date is { } given) ValidDates.Check("post_date_gmt", given);
        if (isPublic && date is null) throw new Malformed("post_date_gmt", "is missing or is no date");
        var lead = Cut(PlainText.Clean(WebUtility.HtmlDecode(PlainText.OfHtml(Qualified(item, "excerpt", "encoded")))), 500, "excerpt");
        remarks.AddRange(content.Remarks);
        var text = new TextRequest(title, content.Html, lead) { PreferredSlug = SlugOf(item, title) };
        var named = item.Elements("category").Where(c => c.Attribute("domain")?.Value is "post_tag" or "category");
        var tags = named.Select(c => Slug.Of(c.Value)).Distinct().ToArray();
        if (tags.Length > MostTags) remarks.Add($"Only the first {MostTags} of its {tags.Length} tags and categories were taken.");
        var login = Qualified(item, "creator");
        var author = PlainText.CleanOrNull(site.Authors.GetValueOrDefault(login, login));
        return (
            new ExchangedArticle(
                Id(item),
                new ArticleRequest(
                    section,
                    new() { [language] = text },
                    [.. tags.Take(MostTags)],
                    Author: author is null ? null : Cut(author, 200, "author's name"),
                    Cover: Cover(item, language, text.Title, site, remarks)),
                PublishedAt: shown ? date : null,
                // What readers were already promised for later stays promised.
                ScheduledFor: isPublic && !shown ? date : null),
            remarks.Count == 0 ? null : string.Join(' ', remarks));
    }

    private static string Title(XElement item, string html, List<string> remarks)
    {
        var title = PlainText.Clean(WebUtility.HtmlDecode(Plain(item, "title")));
        if (title.Length > 0) return title;
        remarks.Add("It has no title there, so its first words, its name or its number became one.");
        var words = PlainText.Clean(PlainText.OfHtml(html));
        if (words.Length > LongestMadeTitle)
        {
            var end = words.LastIndexOf(' ', LongestMadeTitle);
            words = $"{PlainText.Xml(words[..(end > 0 ? end : LongestMadeTitle)])}…";
        }
        var name = PlainText.Clean(Uri.UnescapeDataString(Wp(item, "post_name")).Replace('-', ' '));
        return words.Length > 0 ? words : name.Length > 0 ? name : $"№ {Wp(item, "post_id")}";
    }

    private static CoverRequest? Cover(XElement item, string language, string alt, WordPressSite site, List<string> remarks)
    {
        var number = Meta(item, "_thumbnail_id");
        if (number.Length == 0) return null;
        if (site.Files.TryGetValue(number, out var file)
            && Uri.TryCreate(file.Url, UriKind.Absolute, out var address)
            && address.Scheme is "http" or "https")
            return new CoverRequest(address.AbsoluteUri, new() { [language] = file.Alt.Length is > 0 and <= 300 ? file.Alt : alt });
        remarks.Add($"Its featured image, the attachment {number}, is not in this export.");
        return null;
    }

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

    private static DateTimeOffset? Date(string text) =>
        !text.StartsWith("0000", StringComparison.Ordinal)
        && DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date)
            ? date
            : null;

    private static string Plain(XElement item, string name) => item.Element(name)?.Value ?? "";

    /// <summary>The text of a child element by its local name, or "".</summary>
    public static string Wp(XElement item, string name) => item.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value ?? "";

    private static string Meta(XElement item, string key) =>
        item.Elements().FirstOrDefault(e => e.Name.LocalName == "postmeta" && Wp(e, "meta_key") == key) is { } meta
            ? Wp(meta, "meta_value")
            : "";

    private static string Qualified(XElement item, string module, string name) =>
        item.Elements().FirstOrDefault(
            e => e.Name.LocalName == name && e.Name.NamespaceName.Contains(module, StringComparison.Ordinal))?.Value
        ?? "";

    private static string Qualified(XElement item, string name) =>
        item.Elements().FirstOrDefault(e => e.Name.LocalName == name && e.Name.NamespaceName.Length > 0)?.Value ?? "";
}

/// <summary>What an export holds besides its posts: files by number, and the names of authors by login.</summary>
internal sealed class WordPressSite
{
    private readonly Dictionary<string, WordPressFile> _files = [];
    private readonly Dictionary<string, string> _authors = [];

    public IReadOnlyDictionary<string, WordPressFile> Files => _files;
    public IReadOnlyDictionary<string, string> Authors => _authors;

    public void Add(XElement element)
    {
        if (element.Name.LocalName == "author") AddAuthor(element);
        else if (WordPressItem.File(element) is { } file) _files[file.Id] = file;
    }

    private void AddAuthor(XElement author)
    {
        var name = PlainText.Clean(WebUtility.HtmlDecode(WordPressItem.Wp(author, "author_display_name")));
        if (name.Length > 0) _authors[WordPressItem.Wp(author, "author_login")] = name;
    }
}
