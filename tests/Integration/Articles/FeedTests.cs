using System.Diagnostics;
using System.Net;
using System.ServiceModel.Syndication;
using System.Text.Json;
using System.Xml;
using CodeHollow.FeedReader;
using CodeHollow.FeedReader.Feeds;
using Kit;
using Xunit;
using static Integration.Articles.Newsroom;

namespace Integration.Articles;

/// <summary>One article in three languages, in feeds that two independent parsers read.</summary>
public sealed class FeedNewsroom : ServiceNewsroom
{
    public static readonly DateTimeOffset Published = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    protected override async Task Prepare()
    {
        await Desk.Published(Body(new
        {
            en = Text("Summit & \"trade\" <in> brief", "<p>See <a href=\"/about\">about</a> &amp; more</p>", "Lead & more", "feed-en"),
            ru = Text("Саммит ШОС: «итоги» ё", "<p>Подробности</p>", "Анонс", "feed-ru"),
            zh = Text("上合组织峰会成果", "<p>详情</p>", "导语", "feed-zh"),
        }, "analytics", ["trade", "summit"], ("author", "Ann Lee"), (
            "cover", new { url = "https://example.org/a.jpg?x=1&y=2", alt = new { en = "Flag" } })), Published);
        await Desk.Published(Body(English("Only in English", slug: "feed-only-en")));
    }
}

public class FeedTests(FeedNewsroom feeds) : IClassFixture<FeedNewsroom>
{
    public static TheoryData<string, string> Titles => new()
    {
        { "en", "Summit & \"trade\" brief" }, { "ru", "Саммит ШОС: «итоги» ё" }, { "zh", "上合组织峰会成果" },
    };

    [Theory]
    [MemberData(nameof(Titles))]
    public async Task Both_parsers_read_rss(string lang, string title)
    {
        var xml = await feeds.Desk.Text($"/feeds/{lang}/rss.xml");
        using var reader = XmlReader.Create(new StringReader(xml));
        var item = SyndicationFeed.Load(reader).Items.Last();
        Assert.Equal(title, item.Title.Text);
        Assert.Equal(FeedNewsroom.Published, item.PublishDate);
        Assert.Equal($"https://news.example.org/{lang}/articles/feed-{lang}", item.Links[0].Uri.AbsoluteUri);
        var other = FeedReader.ReadFromString(xml);
        Assert.Equal(FeedType.Rss_2_0, other.Type);
        Assert.Equal(
            (title, FeedNewsroom.Published.UtcDateTime, "Ann Lee"),
            (
                other.Items.Last().Title,
                other.Items.Last().PublishingDate?.ToUniversalTime(),
                ((Rss20FeedItem)other.Items.Last().SpecificItem).DC.Creator));
        Assert.Equal(lang == "en" ? 2 : 1, other.Items.Count);
    }

    [Theory]
    [MemberData(nameof(Titles))]
    public async Task Both_parsers_read_atom(string lang, string title)
    {
        var xml = await feeds.Desk.Text($"/feeds/{lang}/atom.xml");
        using var reader = XmlReader.Create(new StringReader(xml));
        var feed = SyndicationFeed.Load(reader);
        var item = feed.Items.Last();
        Assert.Equal(lang, feed.Language);
        Assert.Equal((title, FeedNewsroom.Published, FeedNewsroom.Published), (item.Title.Text, item.PublishDate, item.LastUpdatedTime));
        Assert.StartsWith("urn:uuid:", item.Id, StringComparison.Ordinal);
        var other = FeedReader.ReadFromString(xml);
        Assert.Equal(FeedType.Atom, other.Type);
        Assert.Equal(title, other.Items.Last().Title);
    }

    [Theory]
    [MemberData(nameof(Titles))]
    public async Task A_json_feed_has_the_article_in_its_language(string lang, string title)
    {
        var json = await feeds.Desk.Text($"/feeds/{lang}/feed.json");
        var feed = JsonSerializer.Deserialize<JsonElement>(json);
        Assert.Equal("https://jsonfeed.org/version/1.1", feed.GetProperty("version").GetString());
        Assert.Equal(lang, feed.GetProperty("language").GetString());
        var item = feed.GetProperty("items").EnumerateArray().Last();
        Assert.Equal(title, item.GetProperty("title").GetString());
        Assert.Equal(FeedNewsroom.Published, item.GetProperty("date_published").GetDateTimeOffset());
    }

    [Theory]
    [InlineData("/feeds/en/rss.xml")]
    [InlineData("/feeds/ru/atom.xml?section=analytics")]
    [InlineData("/sitemap.xml")]
    [InlineData("/sitemap-2026-03-1.xml")]
    [InlineData("/sitemap-news.xml")]
    public async Task Feeds_and_sitemaps_are_well_formed(string path)
    {
        var start = new ProcessStartInfo("xmllint", ["--noout", "--nonet", "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        using var lint = Process.Start(start)!;
        await lint.StandardInput.WriteAsync(await feeds.Desk.Text(path));
        lint.StandardInput.Close();
        Assert.Empty(await lint.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await lint.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, lint.ExitCode);
    }

    [Fact]
    public async Task Bodies_have_absolute_links_and_the_cover()
    {
        foreach (var path in new[] { "/feeds/en/rss.xml", "/feeds/en/atom.xml", "/feeds/en/feed.json" })
        {
            var feed = await feeds.Desk.Text(path);
            Assert.Contains("https://news.example.org/about", feed, StringComparison.Ordinal);
            Assert.Contains("https://example.org/a.jpg", feed, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/feeds/en/rss.xml", "application/rss+xml")]
    [InlineData("/feeds/en/atom.xml", "application/atom+xml")]
    [InlineData("/feeds/en/feed.json", "application/feed+json")]
    [InlineData("/sitemap.xml", "application/xml")]
    [InlineData("/sitemap-2026-03-1.xml", "application/xml")]
    [InlineData("/sitemap-news.xml", "application/xml")]
    [InlineData("/robots.txt", "text/plain")]
    public async Task An_unchanged_response_is_answered_with_304(string path, string type)
    {
        var first = await feeds.Desk.Answer(path);
        Assert.Equal(type, first.Content.Headers.ContentType!.MediaType);
        using var byTag = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        Assert.Equal(HttpStatusCode.NotModified, (await feeds.Desk.Answer(byTag)).StatusCode);
        if (first.Content.Headers.LastModified is { } modified)
        {
            using var byTime = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfModifiedSince = modified } };
            Assert.Equal(HttpStatusCode.NotModified, (await feeds.Desk.Answer(byTime)).StatusCode);
        }
    }

    [Fact]
    public async Task Sitemaps_name_every_language_of_an_article()
    {
        Assert.Contains(
            "<loc>https://news.example.org/sitemap-2026-03-1.xml</loc>", await feeds.Desk.Text("/sitemap.xml"), StringComparison.Ordinal);
        var month = await feeds.Desk.Text("/sitemap-2026-03-1.xml");
        foreach (var lang in new[] { "en", "ru", "zh" })
        {
            Assert.Contains($"<loc>https://news.example.org/{lang}/articles/feed-{lang}</loc>", month, StringComparison.Ordinal);
            Assert.Contains(
                $"hreflang=\"{lang}\" href=\"https://news.example.org/{lang}/articles/feed-{lang}\"", month, StringComparison.Ordinal);
        }
        var news = await feeds.Desk.Text("/sitemap-news.xml");
        Assert.Contains("<news:title>Only in English</news:title>", news, StringComparison.Ordinal);
        Assert.DoesNotContain("feed-en", news, StringComparison.Ordinal);
        Assert.Contains("Sitemap: https://news.example.org/sitemap.xml", await feeds.Desk.Text("/robots.txt"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/feeds/fr/rss.xml")]
    [InlineData("/feeds/en/rss.xml?section=nowhere")]
    [InlineData("/sitemap-1999-01-1.xml")]
    [InlineData("/sitemap-2026-13-1.xml")]
    public async Task An_unknown_feed_or_sitemap_is_answered_with_404(string path) =>
        Assert.Equal(HttpStatusCode.NotFound, await feeds.Desk.Status(path));
}

/// <summary>A separate fixture, because the test retracts articles and so changes the feeds.</summary>
public class FeedChangeTests(FeedNewsroom feeds) : IClassFixture<FeedNewsroom>
{
    [Fact]
    public async Task A_retraction_of_the_newest_or_an_older_article_is_never_answered_with_304()
    {
        var older = await feeds.Desk.Published(Body(English()), FeedNewsroom.Published.AddDays(1));
        var newest = await feeds.Desk.Published(Body(English()));
        string[] paths = ["/feeds/en/rss.xml", "/feeds/en/atom.xml", "/feeds/en/feed.json", "/sitemap.xml", "/sitemap-2026-03-1.xml"];
        foreach (var article in new[] { older, newest })
        {
            feeds.Desk.Clock.Advance(TimeSpan.FromMinutes(1));
            var known = new Dictionary<string, DateTimeOffset>();
            foreach (var path in paths)
            {
                var modified = (await feeds.Desk.Answer(path)).Content.Headers.LastModified;
                Assert.True(modified is not null, $"{path} has no Last-Modified");
                known[path] = modified.Value;
            }
            // The shifted clock is ahead of the clock of the database, which dates the events. Wait until the latter has passed the header.
            var later = known.Values.Max().AddSeconds(1);
            await Eventually.IsTrue(
                () => Task.FromResult(TimeProvider.System.GetUtcNow() >= later), "the time is later than Last-Modified");
            await Ok(feeds.Desk.Post($"/api/articles/{article}/retract", new { note = "Withdrawn." }));
            foreach (var wait in new[] { TimeSpan.Zero, TimeSpan.FromMinutes(1) })
            {
                feeds.Desk.Clock.Advance(wait);
                foreach (var (path, since) in known)
                {
                    using var conditional = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfModifiedSince = since } };
                    Assert.Equal((path, HttpStatusCode.OK), (path, (await feeds.Desk.Answer(conditional)).StatusCode));
                }
            }
        }
    }
}
