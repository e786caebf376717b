using System.Globalization;
using System.Xml.Linq;
using Platform.Hosting;

namespace Comments;

/// <summary>The XML that Disqus exports: threads with their address, then posts that name their thread and what they answer.</summary>
internal static class DisqusComments
{
    public static IEnumerable<Func<CancellationToken, Task<Arriving>>> Read(XElement element, KnownArticles articles)
    {
        if (element.Name.LocalName == "thread") articles.Named(Number(element) ?? "", Names(Text(element, "id"), Text(element, "link")));
        else if (element.Name.LocalName == "post") yield return ct => Post(element, articles, ct);
    }

    /// <summary>
    /// What an article may be found by. The plug-in for WordPress calls a thread by the number and the guid of its post; an article that
    /// was imported from there has the id that the guid makes.
    /// </summary>
    internal static string[] Names(string id, string link)
    {
        string[] guids = [id[(id.IndexOf(' ', StringComparison.Ordinal) + 1)..], link];
        return [id, .. guids.Where(g => g.Length > 0).Select(g => $"{ExchangedComment.IdOf("wordpress", g)}"), link];
    }

    private static async Task<Arriving> Post(XElement post, KnownArticles articles, CancellationToken ct)
    {
        if (Text(post, "isDeleted") == "true") return new(null, "it was deleted there");
        if (Text(post, "isSpam") == "true") return new(null, "it was found to be spam there");
        var number = Number(post) ?? throw new Malformed("dsq:id", "is missing");
        var author = Child(post, "author");
        var given = Text(post, "createdAt");
        var date = DateTimeOffset.TryParse(given, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? ValidDates.Check("createdAt", at) : throw new Malformed("createdAt", "is missing or is no date");
        var article = await articles.Of(Number(Child(post, "thread")) ?? "", ct);
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

    /// <summary><c>dsq:id</c>, which is not the element <c>id</c>.</summary>
    private static string? Number(XElement? of) =>
        of?.Attributes().FirstOrDefault(a => a.Name.LocalName == "id" && a.Name.Namespace != XNamespace.None)?.Value;
}
