using System.Globalization;
using System.Xml.Linq;
using Comments.Posting;
using Platform.Web;

namespace Comments.Exchange;

/// <summary>
/// Reads a Disqus export (XML): threads with their addresses, then posts that refer to their thread and their parent post.
/// </summary>
internal static class DisqusComments
{
    public static IEnumerable<Func<CancellationToken, Task<FoundComment>>> Read(XElement element, KnownArticles articles)
    {
        if (element.Name.LocalName == "thread")
            articles.AddThread(Number(element) ?? "", Names(Text(element, "id"), Text(element, "link")));
        else if (element.Name.LocalName == "post") yield return ct => Post(element, articles, ct);
    }

    /// <summary>
    /// The names by which the article of a thread is searched. The WordPress plug-in of Disqus identifies a thread by the number and the
    /// guid of its post, and the id of an article that was imported from WordPress is derived from that guid.
    /// </summary>
    internal static string[] Names(string id, string link)
    {
        string[] guids = [id[(id.IndexOf(' ', StringComparison.Ordinal) + 1)..], link];
        return [id, .. guids.Where(g => g.Length > 0).Select(g => $"{ExchangedComment.IdOf("wordpress", g)}"), link];
    }

    private static async Task<FoundComment> Post(XElement post, KnownArticles articles, CancellationToken ct)
    {
        if (Text(post, "isDeleted") == "true") return new(null, "The comment was deleted in Disqus.");
        if (Text(post, "isSpam") == "true") return new(null, "The comment was marked as spam in Disqus.");
        var number = Number(post) ?? throw new Malformed("dsq:id", "is missing");
        var author = Child(post, "author");
        var given = Text(post, "createdAt");
        var date = DateTimeOffset.TryParse(given, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? ValidDates.Check("createdAt", at) : throw new Malformed("createdAt", "is missing or is not a date");
        var article = await articles.Find(Number(Child(post, "thread")) ?? "", ct);
        return new(
            new ExchangedComment(
                Id(number),
                article,
                Text(author, "name") is { Length: > 0 } name ? name : "Guest",
                FromHtml.Text(Text(post, "message")),
                date,
                Number(Child(post, "parent")) is { } parent ? Id(parent) : null,
                Text(post, "isApproved") == "false" ? CommentStatus.Held : CommentStatus.Shown)
            { Email = Text(author, "email") is { Length: > 0 } email ? email : null });
    }

    private static Guid Id(string number) => ExchangedComment.IdOf("disqus", number);

    private static XElement? Child(XElement? of, string name) => of?.Elements().FirstOrDefault(e => e.Name.LocalName == name);

    private static string Text(XElement? of, string name) => Child(of, name)?.Value.Trim() ?? "";

    /// <summary>The attribute <c>dsq:id</c>, not the element <c>id</c>.</summary>
    private static string? Number(XElement? of) =>
        of?.Attributes().FirstOrDefault(a => a.Name.LocalName == "id" && a.Name.Namespace != XNamespace.None)?.Value;
}
