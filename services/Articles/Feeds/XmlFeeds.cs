using System.Net;
using System.ServiceModel.Syndication;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Articles.Media;
using Articles.Reading;
using Articles.Texts;
using Marten;

namespace Articles.Feeds;

/// <summary>
/// <c>GET /feeds/{lang}/rss.xml?section=</c> and <c>GET /feeds/{lang}/atom.xml?section=</c>: Returns the newest articles in a language as
/// RSS 2.0 or Atom 1.0, with their complete text.
/// </summary>
public static class XmlFeeds
{
    private static readonly XNamespace
        Dc = "http://purl.org/dc/elements/1.1/",
        ContentModule = "http://purl.org/rss/1.0/modules/content/",
        Atom = "http://www.w3.org/2005/Atom";

    public static void Map(IEndpointRouteBuilder app)
    {
        Map(app, "rss", source => new Rss20FeedFormatter(Rss(source), serializeExtensionsAsAtom: false));
        Map(app, "atom", source => new Atom10FeedFormatter(AtomFeed(source)));
    }

    private static void Map(IEndpointRouteBuilder app, string format, Func<FeedSource, SyndicationFeedFormatter> feed) =>
        app.MapMethods($"/feeds/{{lang}}/{format}.xml", ["GET", "HEAD"], async (
            string lang,
            string? section,
            HttpContext http,
            Site site,
            IQuerySession session,
            ListedArticles articles,
            CoverPictures covers,
            LastChange changes,
            CancellationToken ct) =>
        {
            var changed = await changes.Find(ct);
            var source = await FeedSource.Read(lang, section, $"{format}.xml", site, http, session, articles, covers, ct);
            return Responses.WithETag(Write(feed(source)), $"application/{format}+xml; charset=utf-8", changed);
        }).AllowAnonymous().Produces<string>(200, $"application/{format}+xml");

    private static SyndicationFeed Rss(FeedSource source)
    {
        var feed = new SyndicationFeed(source.Title, source.Description, source.Home)
        {
            Language = source.Lang,
            LastUpdatedTime = source.UpdatedAt,
        };
        // Many feed readers recognise these modules only by their usual prefixes.
        foreach (var (prefix, module) in new[] { ("dc", Dc), ("content", ContentModule), ("atom", Atom) })
            feed.AttributeExtensions.Add(new XmlQualifiedName(prefix, XNamespace.Xmlns.NamespaceName), module.NamespaceName);
        feed.ElementExtensions.Add(
            new XElement(
                Atom + "link",
                new XAttribute(XNamespace.Xmlns + "atom", Atom),
                new XAttribute("rel", "self"),
                new XAttribute("type", "application/rss+xml"),
                new XAttribute("href", source.Self.AbsoluteUri)).CreateReader());
        feed.Items = source.Entries.Select(e =>
        {
            var item = new SyndicationItem
            {
                Title = new(e.Title),
                Summary = new(e.Lead),
                Id = $"urn:uuid:{e.Id}",
                PublishDate = e.PublishedAt,
            };
            item.Links.Add(SyndicationLink.CreateAlternateLink(e.Url));
            AddEnclosure(item, e);
            foreach (var tag in e.Tags) item.Categories.Add(new(tag));
            if (e.Author is not null)
                item.ElementExtensions.Add(
                    new XElement(Dc + "creator", new XAttribute(XNamespace.Xmlns + "dc", Dc), e.Author).CreateReader());
            item.ElementExtensions.Add(
                new XElement(ContentModule + "encoded", new XAttribute(XNamespace.Xmlns + "content", ContentModule), Body(e))
                    .CreateReader());
            return item;
        }).ToArray();
        return feed;
    }

    private static SyndicationFeed AtomFeed(FeedSource source)
    {
        var feed = new SyndicationFeed
        {
            Title = new(source.Title),
            Id = source.Self.AbsoluteUri,
            Language = source.Lang,
            LastUpdatedTime = source.UpdatedAt,
        };
        feed.Links.Add(SyndicationLink.CreateSelfLink(source.Self, "application/atom+xml"));
        feed.Links.Add(SyndicationLink.CreateAlternateLink(source.Home, "text/html"));
        feed.Authors.Add(new SyndicationPerson { Name = source.Title });
        feed.Items = source.Entries.Select(e =>
        {
            var item = new SyndicationItem
            {
                Title = new(e.Title),
                Summary = e.Lead.Length == 0 ? null : new(e.Lead),
                Id = $"urn:uuid:{e.Id}",
                PublishDate = e.PublishedAt,
                LastUpdatedTime = e.UpdatedAt,
                Content = SyndicationContent.CreateHtmlContent(Body(e)),
            };
            item.Links.Add(SyndicationLink.CreateAlternateLink(e.Url, "text/html"));
            AddEnclosure(item, e);
            foreach (var tag in e.Tags) item.Categories.Add(new(tag));
            if (e.Author is not null) item.Authors.Add(new SyndicationPerson { Name = e.Author });
            return item;
        }).ToArray();
        return feed;
    }

    // An enclosure requires the size of the file, which is known of pictures in the media library only.
    private static void AddEnclosure(SyndicationItem item, FeedEntry entry)
    {
        if (entry.Enclosure is { } file) item.Links.Add(SyndicationLink.CreateMediaEnclosureLink(file.Url, file.Type, file.Bytes));
    }

    /// <summary>The body with the cover picture in front, for readers that show no enclosures.</summary>
    internal static string Body(FeedEntry entry) => entry.Cover is null
        ? entry.BodyHtml
        : Html.Sanitise(
            $"<p><img src=\"{WebUtility.HtmlEncode(entry.Cover.Url)}\" alt=\"{WebUtility.HtmlEncode(entry.Cover.Alt)}\"></p>"
            + entry.BodyHtml);

    private static byte[] Write(SyndicationFeedFormatter feed)
    {
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(
            bytes,
            new XmlWriterSettings
            {
                Encoding = new UTF8Encoding(false),
                Indent = true,
                NamespaceHandling = NamespaceHandling.OmitDuplicates,
            })) feed.WriteTo(xml);
        return bytes.ToArray();
    }
}
