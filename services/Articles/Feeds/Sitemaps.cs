using System.Globalization;
using System.Text;
using System.Xml;
using Articles.Reading;
using Articles.Search;
using Articles.Texts;
using Marten;
using Platform.Web;

namespace Articles.Feeds;

/// <summary>
/// Serves sitemaps for search engines. <c>/sitemap.xml</c> is the index of one or more sitemaps for each month of publication
/// (<c>/sitemap-2026-01-1.xml</c>). Months in the past rarely change, so crawlers need to fetch them only once. <c>/sitemap-news.xml</c>
/// contains the articles of the last two days for news search. <c>/robots.txt</c> names both.
/// </summary>
public static class Sitemaps
{
    /// <summary>
    /// The maximum number of articles in one sitemap. With three languages each, they stay below the 50,000 addresses that the protocol
    /// allows.
    /// </summary>
    private const int Size = 10_000;
    private const string
        Ns = "http://www.sitemaps.org/schemas/sitemap/0.9",
        Xhtml = "http://www.w3.org/1999/xhtml",
        Image = "http://www.google.com/schemas/sitemap-image/1.1",
        News = "http://www.google.com/schemas/sitemap-news/0.9";
    private const string Xml = "application/xml; charset=utf-8";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapMethods("/robots.txt", ["GET", "HEAD"], (HttpContext http, Site site) =>
        {
            http.Response.TagWithKeys(SurrogateKey.Site);
            return Responses.WithETag(
                Encoding.UTF8.GetBytes(
                    "User-agent: *\nDisallow: /admin/\nDisallow: /console/\n\n"
                    + $"Sitemap: {site.At("sitemap.xml")}\nSitemap: {site.At("sitemap-news.xml")}\n"),
                "text/plain; charset=utf-8");
        }).AllowAnonymous().Produces<string>(200, "text/plain");

        app.MapMethods("/sitemap.xml", ["GET", "HEAD"], async (
            HttpContext http,
            Site site,
            SearchDatabase search,
            LastChange changes,
            CancellationToken ct) =>
        {
            var changed = await changes.Find(ct);
            var months = await search.Read(
                "select to_char(published_at at time zone 'utc', 'YYYY-MM') as month, count(*), max(changed_at) from "
                + $"{ArticleIndexProjection.Table} group by 1 order by 1 desc",
                r => (Month: r.GetString(0), Articles: r.GetInt64(1), Changed: r.GetFieldValue<DateTimeOffset>(2)), ct);
            http.Response.TagWithKeys(SurrogateKey.Articles);
            return Responses.WithETag(Write("sitemapindex", xml =>
            {
                foreach (var (month, articles, modified) in months)
                    for (var part = 1; part <= (articles + Size - 1) / Size; part++)
                    {
                        xml.WriteStartElement("sitemap", Ns);
                        xml.WriteElementString("loc", Ns, site.At($"sitemap-{month}-{part}.xml").AbsoluteUri);
                        xml.WriteElementString("lastmod", Ns, Instant(modified));
                        xml.WriteEndElement();
                    }
            }), Xml, changed);
        }).AllowAnonymous().Produces<string>(200, "application/xml");

        app.MapMethods("/sitemap-{month:regex(^\\d{{4}}-\\d{{2}}$)}-{part:int:min(1)}.xml", ["GET", "HEAD"], async (
            string month,
            int part,
            HttpContext http,
            Site site,
            IQuerySession session,
            LastChange changes,
            CancellationToken ct) =>
        {
            var changed = await changes.Find(ct);
            if (ValidDates.Month(month) is not { } first) throw new NotFound($"{month} is not a valid month.");
            if (part > int.MaxValue / Size) throw new NotFound($"The month {month} has no part {part}.");
            var start = new DateTimeOffset(first, TimeOnly.MinValue, TimeSpan.Zero);
            var rows = await Rows(session, start, start.AddMonths(1), Size, (part - 1) * Size, ct);
            if (rows.Count == 0) throw new NotFound($"No articles belong to part {part} of the month {month}.");
            http.Response.TagWithKeys(SurrogateKey.Articles);
            return Responses.WithETag(Write("urlset", xml =>
            {
                xml.WriteAttributeString("xmlns", "xhtml", null, Xhtml);
                xml.WriteAttributeString("xmlns", "image", null, Image);
                foreach (var row in rows) Urls(xml, row, site);
            }), Xml, changed);
        }).AllowAnonymous().Produces<string>(200, "application/xml");

        app.MapMethods("/sitemap-news.xml", ["GET", "HEAD"], async (
            TimeProvider clock, HttpContext http, Site site, IQuerySession session, CancellationToken ct) =>
            {
                var now = clock.GetUtcNow();
                // The protocol allows 1,000 addresses, and 333 articles have at most 999. There is no Last-Modified, because articles leave
                // this list as time passes, without an event.
                var rows = await Rows(session, now.AddDays(-2), now.AddMinutes(1), 333, 0, ct);
                http.Response.TagWithKeys(SurrogateKey.Articles);
                return Responses.WithETag(Write("urlset", xml =>
                {
                    xml.WriteAttributeString("xmlns", "news", null, News);
                    foreach (var row in rows)
                        foreach (var (language, heading) in row.Headings.OrderBy(h => Languages.Rank(h.Key)))
                            NewsUrl(xml, row, language, heading, site);
                }), Xml);
            }).AllowAnonymous().Produces<string>(200, "application/xml");
    }

    private static Task<IReadOnlyList<ArticleSummary>> Rows(
        IQuerySession session,
        DateTimeOffset from,
        DateTimeOffset to,
        int limit,
        int offset,
        CancellationToken ct) =>
        session.Query<ArticleSummary>()
            .Where(a => a.PublishedAt >= from && a.PublishedAt < to)
            .OrderByDescending(a => a.PublishedAt)
            .ThenByDescending(a => a.Id)
            .Skip(offset)
            .Take(limit)
            .ToListAsync(ct);

    private static void Urls(XmlWriter xml, ArticleSummary row, Site site)
    {
        var alternates = site.Alternates(row.Headings.ToDictionary(h => h.Key, h => h.Value.Slug));
        foreach (var (language, heading) in row.Headings.OrderBy(h => Languages.Rank(h.Key)))
        {
            xml.WriteStartElement("url", Ns);
            xml.WriteElementString("loc", Ns, site.Article(language, heading.Slug).AbsoluteUri);
            xml.WriteElementString("lastmod", Ns, Instant(Changed(row)));
            foreach (var alternate in alternates)
            {
                xml.WriteStartElement("link", Xhtml);
                xml.WriteAttributeString("rel", "alternate");
                xml.WriteAttributeString("hreflang", alternate.Hreflang);
                xml.WriteAttributeString("href", alternate.Url.AbsoluteUri);
                xml.WriteEndElement();
            }
            if (row.Cover is { } cover)
            {
                xml.WriteStartElement("image", Image);
                xml.WriteElementString("loc", Image, site.Absolute(cover.Url));
                xml.WriteEndElement();
            }
            xml.WriteEndElement();
        }
    }

    private static void NewsUrl(
        XmlWriter xml,
        ArticleSummary row,
        string language,
        Heading heading,
        Site site)
    {
        xml.WriteStartElement("url", Ns);
        xml.WriteElementString("loc", Ns, site.Article(language, heading.Slug).AbsoluteUri);
        xml.WriteStartElement("news", News);
        xml.WriteStartElement("publication", News);
        xml.WriteElementString("name", News, site.Name(language));
        xml.WriteElementString("language", News, language == "zh" ? "zh-cn" : language);
        xml.WriteEndElement();
        xml.WriteElementString("publication_date", News, Instant(row.PublishedAt));
        xml.WriteElementString("title", News, heading.Title);
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static DateTimeOffset Changed(ArticleSummary row) =>
        row.RevisedAt is { } revised && revised > row.PublishedAt ? revised : row.PublishedAt;

    private static string Instant(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static byte[] Write(string root, Action<XmlWriter> body)
    {
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(bytes, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true }))
        {
            xml.WriteStartElement(root, Ns);
            body(xml);
            xml.WriteEndElement();
        }
        return bytes.ToArray();
    }
}
