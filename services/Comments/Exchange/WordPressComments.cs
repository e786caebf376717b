using System.Globalization;
using System.Xml.Linq;
using Platform.Hosting;

namespace Comments;

/// <summary>The comments of a WordPress export (WXR), each within the item of its post.</summary>
internal static class WordPressComments
{
    public static IEnumerable<Func<CancellationToken, Task<Arriving>>> Read(XElement item, KnownArticles articles)
    {
        if (item.Name.LocalName != "item") yield break;
        var (guid, link) = (Text(item, "guid"), Text(item, "link"));
        var name = guid.Length > 0 ? guid : $"{link}#{Text(item, "post_id")}";
        // An article that was imported from the same file has the id that its post's name makes.
        articles.Named(name, $"{ExchangedComment.IdOf("wordpress", name)}", Uri.UnescapeDataString(Text(item, "post_name")), link);
        foreach (var comment in item.Elements().Where(e => e.Name.LocalName == "comment")) yield return ct => IsPublic(item)
            ? Comment(comment, name, articles, ct)
            : Task.FromResult(new Arriving(null, "its post is private or protected by a password there"));
    }

    private static bool IsPublic(XElement post) => Text(post, "post_password").Length == 0 && Text(post, "status") != "private";

    private static async Task<Arriving> Comment(XElement comment, string post, KnownArticles articles, CancellationToken ct)
    {
        var approved = Text(comment, "comment_approved");
        if (approved is "spam" or "trash" or "post-trashed") return new(null, $"it was {approved} there");
        if (Text(comment, "comment_type") is not ("" or "comment"))
            return new(null, $"it is no comment but a {Text(comment, "comment_type")}");
        var given = Text(comment, "comment_date_gmt");
        var date = DateTimeOffset.TryParse(given, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? ValidDates.Check("comment_date_gmt", at) : throw new Malformed("comment_date_gmt", "is missing or is no date");
        var parent = Text(comment, "comment_parent");
        return new(
            new ExchangedComment(
                Id(post, Text(comment, "comment_id")),
                await articles.Of(post, ct),
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
