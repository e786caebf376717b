using System.Text.Json;
using System.Text.Json.Serialization;
using Articles.Media;
using Articles.Reading;
using Articles.Texts;
using Marten;
using Platform.Web;

namespace Articles.Feeds;

/// <summary>
/// <c>GET /feeds/{lang}/feed.json?section=</c>: Returns the newest articles in a language as JSON Feed 1.1, with their complete text.
/// </summary>
public static class JsonFeed
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapMethods("/feeds/{lang}/feed.json", ["GET", "HEAD"], async (
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
            var source = await FeedSource.Read(lang, section, "feed.json", site, http, session, articles, covers, ct);
            var feed = new Feed(
                "https://jsonfeed.org/version/1.1",
                source.Title,
                source.Home,
                source.Self,
                source.Lang,
                [.. source.Entries.Select(e => new Item(
                    $"urn:uuid:{e.Id}", e.Url, e.Title, XmlFeeds.Body(e), e.Lead.Length == 0 ? null : e.Lead, e.Cover?.Url, e.PublishedAt,
                    e.UpdatedAt,
                    e.Author is null ? null : [new Author(e.Author)], e.Tags, lang))]);
            return Responses.WithETag(
                JsonSerializer.SerializeToUtf8Bytes(feed, Json.Http), "application/feed+json; charset=utf-8", changed);
        }).AllowAnonymous().Produces<Feed>(200, "application/feed+json");

    private sealed record Feed(
        string Version,
        string Title,
        [property: JsonPropertyName("home_page_url")] Uri Home,
        [property: JsonPropertyName("feed_url")] Uri Self,
        string Language,
        Item[] Items);

    private sealed record Item(
        string Id,
        Uri Url,
        string Title,
        [property: JsonPropertyName("content_html")] string ContentHtml,
        string? Summary,
        string? Image,
        [property: JsonPropertyName("date_published")] DateTimeOffset Published,
        [property: JsonPropertyName("date_modified")] DateTimeOffset Modified,
        Author[]? Authors,
        IReadOnlyList<string> Tags,
        string Language);

    private sealed record Author(string Name);
}
