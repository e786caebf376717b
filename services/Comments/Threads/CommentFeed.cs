using System.ServiceModel.Syndication;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Comments.Posting;
using Marten;
using Platform.Web;

namespace Comments.Threads;

/// <summary>
/// <c>GET /feeds/articles/{id}/comments/atom.xml</c>: the newest comments on an article as an Atom 1.0 feed. Replies refer to their parent
/// comment (RFC 4685).
/// </summary>
public static class CommentFeed
{
    public const int Size = 50;
    private static readonly XNamespace Threading = "http://purl.org/syndication/thread/1.0";
    private static readonly Dictionary<string, string> Titles = new()
    {
        ["en"] = "Comments: {0}",
        ["ru"] = "Комментарии: {0}",
        ["zh"] = "评论：{0}",
    };

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapMethods("/feeds/articles/{id:guid}/comments/atom.xml", ["GET", "HEAD"], async (
            Guid id,
            HttpContext http,
            Site site,
            IQuerySession session,
            CancellationToken ct) =>
            {
                var article = await session.LoadAsync<ArticleCopy>(Streams.Article(id), ct)
                    ?? throw new NotFound("There is no published article with this id.");
                var comments = await session.Query<CommentView>()
                    .Where(c => c.ArticleId == id && c.Status == CommentStatus.Shown)
                    .OrderByDescending(c => c.PostedAt).ThenByDescending(c => c.Id)
                    .Take(Size)
                    .ToListAsync(ct);
                http.Response.TagWithKeys(SurrogateKey.Comments(id));
                return Results.Bytes(Write(Feed(id, article, comments, site)), "application/atom+xml; charset=utf-8");
            }).AllowAnonymous().Produces<string>(200, "application/atom+xml");

    internal static SyndicationFeed Feed(Guid id, ArticleCopy article, IReadOnlyList<CommentView> comments, Site site)
    {
        var (lang, heading) = article.FirstHeading() ?? ("en", new Heading($"{id}", ""));
        var page = site.Article(lang, heading);
        var feed = new SyndicationFeed
        {
            Title = new(XmlSafe.Text(string.Format(null, Titles[lang], heading.Title))),
            Id = $"urn:uuid:{id}#comments",
            Language = lang,
            LastUpdatedTime = comments.Count == 0
                ? article.PublishedAt ?? DateTimeOffset.UnixEpoch
                : comments.Max(c => c.EditedAt ?? c.PostedAt),
        };
        feed.Links.Add(SyndicationLink.CreateSelfLink(site.At($"feeds/articles/{id}/comments/atom.xml"), "application/atom+xml"));
        feed.Links.Add(SyndicationLink.CreateAlternateLink(page, "text/html"));
        feed.Items = comments.Select(c => Item(c, site.Comment(lang, c))).ToArray();
        return feed;
    }

    private static SyndicationItem Item(CommentView comment, Uri page)
    {
        var item = new SyndicationItem
        {
            Title = new(XmlSafe.Text(comment.Author)),
            Id = $"urn:uuid:{Streams.Id(comment.Id)}",
            PublishDate = comment.PostedAt,
            LastUpdatedTime = comment.EditedAt ?? comment.PostedAt,
            Content = SyndicationContent.CreateHtmlContent(XmlSafe.Text(comment.Html ?? Markup.Of(comment.Text))),
        };
        item.Authors.Add(new SyndicationPerson { Name = XmlSafe.Text(comment.Author) });
        item.Links.Add(SyndicationLink.CreateAlternateLink(page, "text/html"));
        if (comment.ParentId is { } parent)
            item.ElementExtensions.Add(
                new XElement(
                    Threading + "in-reply-to",
                    new XAttribute(XNamespace.Xmlns + "thr", Threading),
                    new XAttribute("ref", $"urn:uuid:{parent}")).CreateReader());
        return item;
    }

    private static byte[] Write(SyndicationFeed feed)
    {
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(
            bytes,
            new XmlWriterSettings
            {
                Encoding = new UTF8Encoding(false),
                Indent = true,
                NamespaceHandling = NamespaceHandling.OmitDuplicates,
            })) new Atom10FeedFormatter(feed).WriteTo(xml);
        return bytes.ToArray();
    }
}

/// <summary>Links to the pages of comments.</summary>
public sealed class Site(IConfiguration configuration) : PublicSite(configuration)
{
    /// <summary>The page of an article in one language, or the front page if the slug is not known.</summary>
    public Uri Article(string lang, Heading heading) => heading.Slug.Length == 0 ? At(lang) : Article(lang, heading.Slug);

    /// <summary>The page of a comment. The link contains the article's id and stays valid if the slug changes.</summary>
    public Uri Comment(string lang, CommentView comment) => At($"{lang}/articles/{comment.ArticleId}/comments/{Streams.Id(comment.Id)}");
}
