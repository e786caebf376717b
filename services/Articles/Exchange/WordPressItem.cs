using System.Globalization;
using System.Net;
using System.Xml.Linq;
using Articles.Publishing;
using Articles.Texts;
using Platform.Web;

namespace Articles.Exchange;

/// <summary>
/// Converts an item of a WordPress export to an article. Elements are found by their local names, because the namespaces contain the
/// version of the format.
/// </summary>
internal static class WordPressItem
{
    private const int MaxTags = 20, MaxDerivedTitleLength = 80;

    /// <summary>The file, if the item is an attachment; otherwise null.</summary>
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

    /// <summary>The reason why an item is not imported; null if it is imported.</summary>
    public static string? SkipReason(XElement item) => (Wp(item, "post_type"), Wp(item, "status")) switch
    {
        ("post", "publish" or "future" or "draft" or "pending") => null,
        ("post", var status) => $"its status is {status}",
        var (type, _) => $"its type is {type}, not post",
    };

    /// <summary>Converts a post to an article. The remark says in what respect the article differs from the post.</summary>
    public static (ExchangedArticle Article, string? Remark) Read(
        XElement item,
        string section,
        string language,
        WordPressSite site,
        DateTimeOffset now)
    {
        var remarks = new List<string>();
        if (IsProtected(item)) remarks.Add("The post is protected by a password, so it was imported as a draft and not published.");
        string Truncate(string text, int length, string part)
        {
            if (text.Length <= length) return text;
            remarks.Add($"The {part} was truncated to {length} characters.");
            return PlainText.Xml(text[..length]).TrimEnd();
        }

        var content = WordPressText.Read(Qualified(item, "content", "encoded"), Wp(item, "post_id"), Plain(item, "link"), site.Files);
        var title = Truncate(Title(item, content.Html, remarks), 200, "title");
        var status = Wp(item, "status");
        var isPublic = status is "publish" or "future" && !IsProtected(item);
        var date = Date(Wp(item, "post_date_gmt")) ?? Date(Plain(item, "pubDate"));
        if (isPublic && date is null && Date(Wp(item, "post_date")) is { } local)
        {
            date = local;
            remarks.Add("The post has only a local date, which was interpreted as UTC.");
        }
        var isPublished = isPublic && status == "publish" && date <= now;
        if (isPublic && date is { } given) ValidDates.Check("post_date_gmt", given);
        if (isPublic && date is null) throw new Malformed("post_date_gmt", "is missing, or is not a date");
        var excerpt = PlainText.OfHtml(Qualified(item, "excerpt", "encoded"));
        var lead = Truncate(PlainText.Clean(WebUtility.HtmlDecode(excerpt)), 500, "excerpt");
        remarks.AddRange(content.Remarks);
        var text = new TextRequest(title, content.Html, lead) { PreferredSlug = SlugOf(item, title) };
        var named = item.Elements("category").Where(c => c.Attribute("domain")?.Value is "post_tag" or "category");
        var tags = named.Select(c => Slug.Of(c.Value)).Distinct().ToArray();
        if (tags.Length > MaxTags) remarks.Add($"Only the first {MaxTags} of {tags.Length} tags and categories were imported.");
        var login = Qualified(item, "creator");
        var author = PlainText.CleanOrNull(site.Authors.GetValueOrDefault(login, login));
        return (
            new ExchangedArticle(
                Id(item),
                new ArticleRequest(
                    section,
                    new() { [language] = text },
                    [.. tags.Take(MaxTags)],
                    Author: author is null ? null : Truncate(author, 200, "author's name"),
                    Cover: Cover(item, language, text.Title, site, remarks)),
                PublishedAt: isPublished ? date : null,
                // A post that WordPress would publish later is scheduled for the same time.
                ScheduledFor: isPublic && !isPublished ? date : null),
            remarks.Count == 0 ? null : string.Join(' ', remarks));
    }

    private static string Title(XElement item, string html, List<string> remarks)
    {
        var title = PlainText.Clean(WebUtility.HtmlDecode(Plain(item, "title")));
        if (title.Length > 0) return title;
        remarks.Add("The post has no title, so one was derived from its first words, its name or its id.");
        var words = PlainText.Clean(PlainText.OfHtml(html));
        if (words.Length > MaxDerivedTitleLength)
        {
            var end = words.LastIndexOf(' ', MaxDerivedTitleLength);
            words = $"{PlainText.Xml(words[..(end > 0 ? end : MaxDerivedTitleLength)])}…";
        }
        var name = PlainText.Clean(Uri.UnescapeDataString(Wp(item, "post_name")).Replace('-', ' '));
        return words.Length > 0 ? words : name.Length > 0 ? name : $"№ {Wp(item, "post_id")}";
    }

    private static CoverRequest? Cover(
        XElement item,
        string language,
        string alt,
        WordPressSite site,
        List<string> remarks)
    {
        var number = Meta(item, "_thumbnail_id");
        if (number.Length == 0) return null;
        if (site.Files.TryGetValue(number, out var file)
            && Uri.TryCreate(file.Url, UriKind.Absolute, out var address)
            && address.Scheme is "http" or "https")
            return new CoverRequest(address.AbsoluteUri, new() { [language] = file.Alt.Length is > 0 and <= 300 ? file.Alt : alt });
        remarks.Add($"The featured image (attachment {number}) is not in this export.");
        return null;
    }

    private static bool IsProtected(XElement item) => Wp(item, "post_password").Length > 0;

    /// <summary>Derived from the guid or the address of the post, so that a post has the same id in every export file.</summary>
    private static Guid Id(XElement item)
    {
        var name = Plain(item, "guid") is { Length: > 0 } guid ? guid : Plain(item, "link") + "#" + Wp(item, "post_id");
        return DeterministicId.Of("wordpress " + name);
    }

    /// <summary>WordPress stores names in other scripts percent-encoded.</summary>
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

    /// <summary>The text of the child element with a local name; "" if there is none.</summary>
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

/// <summary>The files of an export by id, and the names of its authors by login.</summary>
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
