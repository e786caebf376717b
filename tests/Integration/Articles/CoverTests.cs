using System.Net;
using System.Xml.Linq;
using Kit;
using Xunit;

namespace Integration.Articles;

/// <summary>Covers from the media library, wherever articles are shown.</summary>
public sealed class CoverTests(Newsroom desk) : IClassFixture<Newsroom>
{
    private readonly MediaLibrary _library = new(desk);

    [Fact]
    public async Task A_cover_is_shown_with_its_renditions_and_texts_in_every_list()
    {
        var (picture, article) = await Prepare(40);
        var expected = (await desk.Get($"/api/articles/{article}?lang=en")).GetProperty("cover");
        Assert.Equal(("A hall", "In the hall", "Ann"), (
            expected.GetProperty("alt").GetString(),
            expected.GetProperty("caption").GetString(),
            expected.GetProperty("credit").GetString()));
        Assert.Equal((400, 300), (expected.GetProperty("width").GetInt32(), expected.GetProperty("height").GetInt32()));
        Assert.Equal((0.25, 0.5), (expected.GetProperty("focalX").GetDouble(), expected.GetProperty("focalY").GetDouble()));
        Assert.Equal(5, expected.GetProperty("renditions").GetArrayLength()); // 320 and 400 in two formats, and the preview
        Assert.Contains(
            expected.GetProperty("renditions").EnumerateArray(),
            r => r.GetProperty("url").GetString() == expected.GetProperty("url").GetString());
        await Newsroom.Ok(desk.Post($"/api/articles/{article}/feature"));
        var featured = (await desk.Get("/api/featured?lang=en")).GetProperty("items")[0];
        var listed = (await desk.Get("/api/articles?lang=en&limit=100")).GetProperty("items").EnumerateArray()
            .Single(i => i.GetProperty("id").GetGuid() == article);
        using (var read = await desk.Reader.PostAsync($"/api/articles/{article}/reads", null, TestContext.Current.CancellationToken))
            Assert.Equal(HttpStatusCode.NoContent, read.StatusCode);
        var mostRead = (await desk.Get("/api/most-read?lang=en&limit=100")).GetProperty("items").EnumerateArray()
            .Single(i => i.GetProperty("id").GetGuid() == article);
        var printed = await desk.Get($"/api/articles/{article}/print?lang=en");
        Assert.Equal(expected.GetRawText(), listed.GetProperty("cover").GetRawText());
        Assert.Equal(expected.GetRawText(), featured.GetProperty("cover").GetRawText());
        Assert.Equal(expected.GetRawText(), mostRead.GetProperty("cover").GetRawText());
        Assert.Equal(expected.GetRawText(), printed.GetProperty("cover").GetRawText());
        using var answer = await desk.Answer($"/api/articles/{article}");
        Assert.Contains(" media-", answer.Headers.GetValues("Surrogate-Key").Single(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await desk.Status(expected.GetProperty("url").GetString()!));
        Assert.Equal($"/media/items/{picture}", (await desk.Get($"/api/articles/{article}/draft", desk.Editor))
            .GetProperty("draft").GetProperty("cover").GetProperty("url").GetString());
    }

    [Fact]
    public async Task A_changed_description_is_shown_at_once()
    {
        var (picture, article) = await Prepare(41);
        (await desk.Editor.Send($"PUT /api/media/{picture}/description", new { caption = new { en = "Another" } }, "*"))
            .Is(HttpStatusCode.NoContent);
        var cover = (await desk.Get($"/api/articles/{article}?lang=ru")).GetProperty("cover");
        Assert.Equal("Another", cover.GetProperty("caption").GetString());
        Assert.False(cover.TryGetProperty("credit", out _));
    }

    [Fact]
    public async Task A_cover_is_an_enclosure_of_feeds_and_has_absolute_addresses_there()
    {
        var (_, article) = await Prepare(42);
        var cover = (await desk.Get($"/api/articles/{article}")).GetProperty("cover");
        var url = $"https://news.example.org{cover.GetProperty("url").GetString()}";
        var item = XDocument.Parse(await desk.Text("/feeds/en/rss.xml")).Descendants("item")
            .Single(i => i.Element("guid")!.Value.Contains($"{article}", StringComparison.Ordinal));
        var enclosure = item.Element("enclosure")!;
        Assert.Equal((url, "image/jpeg"), (enclosure.Attribute("url")!.Value, enclosure.Attribute("type")!.Value));
        var file = await desk.Reader.GetByteArrayAsync(cover.GetProperty("url").GetString(), TestContext.Current.CancellationToken);
        Assert.Equal(file.Length, (int)enclosure.Attribute("length")!);
        Assert.Contains(url, item.Value, StringComparison.Ordinal);
        Assert.Contains($"\"image\":\"{url}\"", await desk.Text("/feeds/en/feed.json"), StringComparison.Ordinal);
        XNamespace atom = "http://www.w3.org/2005/Atom";
        Assert.Contains(
            XDocument.Parse(await desk.Text("/feeds/en/atom.xml")).Descendants(atom + "link"),
            l => (string?)l.Attribute("rel") == "enclosure" && (string?)l.Attribute("href") == url);
    }

    [Fact]
    public async Task A_picture_in_a_text_has_all_renditions_on_pages_and_one_in_feeds()
    {
        var picture = await _library.Uploaded(SomePicture.Png(seed: 44));
        var item = await _library.Rendered(picture);
        var body = $"<p>Before</p><img src=\"/media/items/{picture}\" alt=\"A hall\"><p>After</p>";
        var article = await desk.Published(Newsroom.Body(Newsroom.English(body: body)));
        var shown = (await desk.Get($"/api/articles/{article}")).GetProperty("bodyHtml").GetString()!;
        var document = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(shown);
        Assert.Equal(["image/avif", "image/webp"], document.QuerySelectorAll("picture > source").Select(s => s.GetAttribute("type")));
        Assert.All(
            document.QuerySelectorAll("source"),
            s => Assert.Matches(@"^/media/\S+ 320w, /media/\S+ 400w$", s.GetAttribute("srcset")!));
        var image = document.QuerySelector("picture > img")!;
        Assert.Equal((item.GetProperty("url").GetString(), "400", "300", "lazy"), (
            image.GetAttribute("src"), image.GetAttribute("width"), image.GetAttribute("height"), image.GetAttribute("loading")));
        var feed = await desk.Text("/feeds/en/feed.json");
        Assert.Contains($"https://news.example.org{item.GetProperty("url").GetString()}", feed, StringComparison.Ordinal);
        var draft = await desk.Get($"/api/articles/{article}/draft", desk.Editor);
        Assert.Contains($"/media/items/{picture}", draft.GetRawText(), StringComparison.Ordinal);
        (await desk.Editor.Send($"DELETE /api/media/{picture}?force=true", null, "*")).Is(HttpStatusCode.NoContent);
        Assert.DoesNotContain(
            "<img", (await desk.Get($"/api/articles/{article}")).GetProperty("bodyHtml").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sitemaps_and_metadata_name_the_cover()
    {
        var (picture, article) = await Prepare(43);
        var month = DateTimeOffset.Parse(
            (await desk.Get($"/api/articles/{article}")).GetProperty("publishedAt").GetString()!,
            System.Globalization.CultureInfo.InvariantCulture);
        var sitemap = await desk.Text($"/sitemap-{month.UtcDateTime:yyyy-MM}-1.xml");
        Assert.Contains($"<image:loc>https://news.example.org/media/items/{picture}</image:loc>", sitemap, StringComparison.Ordinal);
        var metadata = await desk.Get($"/api/articles/{article}/metadata");
        var og = metadata.GetProperty("og").EnumerateArray()
            .ToLookup(p => p.GetProperty("property").GetString(), p => p.GetProperty("content").GetString());
        var cover = (await desk.Get($"/api/articles/{article}")).GetProperty("cover");
        Assert.Equal($"https://news.example.org{cover.GetProperty("url").GetString()}", og["og:image"].Single());
        Assert.Equal(("image/jpeg", "400", "300"), (
            og["og:image:type"].Single(), og["og:image:width"].Single(), og["og:image:height"].Single()));
        var image = metadata.GetProperty("jsonLd").GetProperty("image");
        Assert.Equal(("ImageObject", 400, "Ann"), (
            image.GetProperty("@type").GetString(), image.GetProperty("width").GetInt32(), image.GetProperty("creditText").GetString()));
    }

    [Fact]
    public async Task A_cover_or_a_text_must_not_name_a_picture_that_is_not_in_the_library()
    {
        var missing = Guid.CreateVersion7();
        var cover = new { url = $"/media/items/{missing}", alt = new { en = "A hall" } };
        using var answer = await desk.Put(Guid.CreateVersion7(), Newsroom.Body(Newsroom.English(), "news", null, ("cover", cover)));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("cover.url", problem, StringComparison.Ordinal);
        var body = $"<p>x</p><img src=\"/media/items/{missing}\" alt=\"\">";
        using var text = await desk.Put(Guid.CreateVersion7(), Newsroom.Body(Newsroom.English(body: body)));
        Assert.Equal(HttpStatusCode.BadRequest, text.StatusCode);
    }

    private async Task<(Guid Picture, Guid Article)> Prepare(int seed)
    {
        var picture = await _library.Uploaded(SomePicture.Png(seed: seed));
        await _library.Rendered(picture);
        var description = new { caption = new { en = "In the hall", ru = "В зале" }, credit = "Ann", focalX = 0.25 };
        (await desk.Editor.Send($"PUT /api/media/{picture}/description", description, "*")).Is(HttpStatusCode.NoContent);
        return (picture, await _library.Published(picture));
    }
}
