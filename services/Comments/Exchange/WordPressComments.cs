using System.Globalization;
using System.Xml.Linq;
using Comments.Posting;
using Platform.Web;

namespace Comments.Exchange;

/// <summary>Reads the comments of a WordPress export (WXR), in which each post is an item with its comments.</summary>
internal static class WordPressComments
{
    public static IEnumerable<Func<CancellationToken, Task<FoundComment>>> Read(XElement item, KnownArticles articles)
    {
        if (item.Name.LocalName != "item") yield break;
        var (guid, link) = (Text(item, "guid"), Text(item, "link"));
        var name = guid.Length > 0 ? guid : $"{link}#{Text(item, "post_id")}";
        // The id of an article that was imported from the same file is derived from the name of its post.
        articles.AddThread(name, $"{ExchangedComment.IdOf("wordpress", name)}", Uri.UnescapeDataString(Text(item, "post_name")), link);
        foreach (var comment in item.Elements().Where(e => e.Name.LocalName == "comment")) yield return ct => IsPublic(item)
            ? Comment(comment, name, articles, ct)
            : Task.FromResult(new FoundComment(null, "The post is private or protected by a password in WordPress."));
    }

    private static bool IsPublic(XElement post) => Text(post, "post_password").Length == 0 && Text(post, "status") != "private";

    private static async Task<FoundComment> Comment(XElement comment, string post, KnownArticles articles, CancellationToken ct)
    {
        var approved = Text(comment, "comment_approved");
        if (approved is "spam" or "trash" or "post-trashed") return new(null, $"The comment has the status {approved} in WordPress.");
        if (Text(comment, "comment_type") is not ("" or "comment"))
            return new(null, $"This is a {Text(comment, "comment_type")}, not a comment.");
        var given = Text(comment, "comment_date_gmt");
        var date = DateTimeOffset.TryParse(given, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? ValidDates.Check("comment_date_gmt", at) : throw new Malformed("comment_date_gmt", "is missing or is not a date");
        var parent = Text(comment, "comment_parent");
        return new(
            new ExchangedComment(
                Id(post, Text(comment, "comment_id")),
                await articles.Find(post, ct),
                Text(comment, "comment_author") is { Length: > 0 } name ? name : "Guest",
                FromHtml.Text(Text(comment, "comment_content")),
                date,
                parent is "" or "0" ? null : Id(post, parent),
                approved == "1" ? CommentStatus.Shown : CommentStatus.Held)
            { Email = Text(comment, "comment_author_email") is { Length: > 0 } email ? email : null });
    }

    private static Guid Id(string post, string number) => ExchangedComment.IdOf("wordpress-comment", $"{post} {number}");

    private static string Text(XElement of, string name) => of.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value.Trim() ?? "";
}
