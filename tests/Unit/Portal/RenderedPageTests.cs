using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp;
using Kit;
using Platform.Contracts;
using Portal.Reader;
using Xunit;

namespace Unit.Portal;

/// <summary>Rules for the HTML of every reader page. The browser tests check what depends on a browser.</summary>
public partial class RenderedPageTests
{
    private static readonly string[] Names = ["front", "list", "search", "archive", "article", "rates", "states", "error"];

    public static TheoryData<string, string> Pages { get; } = [.. from name in Names from lang in Languages.All select (name, lang)];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_has_one_main_heading_and_skips_no_level(string name, string lang)
    {
        var page = await Rendered.Page(name, lang);
        var levels = page.QuerySelectorAll("h1, h2, h3, h4").Where(h => h.Closest("dialog") is null)
            .Select(h => h.LocalName[1] - '0').ToArray();

        Assert.Single(levels, 1);
        Assert.Equal(1, levels[0]);
        Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.InRange(pair.Second, 1, pair.First + 1));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_contains_no_inline_style_or_script(string name, string lang)
    {
        var page = await Rendered.Page(name, lang);

        Assert.Empty(page.QuerySelectorAll("[style], style"));
        Assert.Empty(page.QuerySelectorAll("script:not([src]):not([type='application/ld+json'])"));
        Assert.DoesNotContain(page.All, e => e.Attributes.Any(a => a.Name.StartsWith("on", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Ids_are_unique_and_references_lead_to_them(string name, string lang)
    {
        var page = await Rendered.Page(name, lang);
        var ids = page.QuerySelectorAll("[id]").Select(e => e.Id!).ToArray();

        Assert.Equal(ids.Distinct().Order(StringComparer.Ordinal), ids.Order(StringComparer.Ordinal));
        string[] references =
        [
            .. page.QuerySelectorAll("[aria-labelledby]").Select(e => e.GetAttribute("aria-labelledby")!),
            .. page.QuerySelectorAll("label[for]").Select(e => e.GetAttribute("for")!),
            .. page.QuerySelectorAll("a[href^='#'], use").Select(e => e.GetAttribute("href")![1..]),
        ];
        Assert.Empty(references.Except(ids));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Every_picture_has_its_size_and_every_article_in_a_grid_has_a_picture(string name, string lang)
    {
        var page = await Rendered.Page(name, lang);

        foreach (var attribute in new[] { "alt", "width", "height" })
            Assert.All(page.QuerySelectorAll("img"), image => Assert.True(image.HasAttribute(attribute), attribute));
        Assert.InRange(page.QuerySelectorAll("[fetchpriority]").Length, 0, 1);
        Assert.All(
            page.QuerySelectorAll(".cards:not(.plainly) .card, .featured .card"),
            card => Assert.NotNull(card.QuerySelector(".picture img, .picture svg")));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_has_a_description_and_complete_addresses_unless_it_is_not_indexed(string name, string lang)
    {
        var page = await Rendered.Page(name, lang);

        Assert.Equal(name is "search" or "error", page.QuerySelector("meta[name=robots]") is not null);
        if (name is "search" or "error")
        {
            Assert.Empty(page.QuerySelectorAll("link[rel=canonical], meta[property], link[hreflang]"));
            return;
        }
        Assert.False(string.IsNullOrWhiteSpace(page.QuerySelector("meta[name=description]")?.GetAttribute("content")));
        var canonical = page.QuerySelector("link[rel=canonical]")!.GetAttribute("href")!;
        Assert.Matches("^https://news\\.example/[a-z]{2}(/|$)", canonical);
        Assert.DoesNotContain("?", canonical, StringComparison.Ordinal);
        if (name == "article") return; // the articles service describes it
        Assert.Equal(
            [.. Languages.All, "x-default"],
            page.QuerySelectorAll("link[rel=alternate][hreflang]").Select(l => l.GetAttribute("hreflang")!));
        Assert.Matches("^https://news\\.example/", page.QuerySelector("meta[property='og:image']")!.GetAttribute("content"));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_has_at_most_100_kB_without_pictures(string name, string lang)
    {
        var page = await Rendered.Page(name, lang);
        var files = page.QuerySelectorAll("script[src], link[rel=stylesheet]")
            .Select(e => (e.GetAttribute("src") ?? e.GetAttribute("href"))!).ToArray();
        Assert.InRange(files.Length, 3, 10);
        var bytes = Compressed(Encoding.UTF8.GetBytes(page.ToHtml()))
            + files.Sum(f => Compressed(File.ReadAllBytes(Repository.Path("portal", "wwwroot", f[1..]))))
            + Fonts.Of(lang).Sum(f => new FileInfo(Repository.Path("portal", "wwwroot", f[1..])).Length);
        TestContext.Current.TestOutputHelper?.WriteLine($"{name} ({lang}): {bytes} bytes");

        Assert.InRange(bytes, 5_000, 100_000);
    }

    [Theory]
    [InlineData("en", 1), InlineData("ru", 2), InlineData("zh", 0)]
    public async Task The_fonts_of_the_language_are_preloaded(string lang, int fonts)
    {
        var preloaded = (await Rendered.Page("front", lang)).QuerySelectorAll("link[rel=preload]");

        Assert.Equal(Fonts.Of(lang), preloaded.Select(p => p.GetAttribute("href")!));
        Assert.Equal(fonts, preloaded.Length);
        Assert.All(preloaded, p => Assert.Equal(("font", "anonymous"), (p.GetAttribute("as"), p.GetAttribute("crossorigin"))));
    }

    [Fact]
    public async Task The_table_of_rates_has_small_charts_and_no_row_for_the_rouble()
    {
        var (rates, front) = (await Rendered.Page("rates", "en"), await Rendered.Page("front", "en"));

        Assert.Equal(["CNY", "INR", "BYN"], rates.QuerySelectorAll(".rates tbody abbr").Select(c => c.TextContent));
        Assert.Equal(2, rates.QuerySelectorAll(".rates .sparkline[aria-hidden=true]").Length);
        Assert.Equal(["CNY", "INR"], front.QuerySelectorAll(".rates tbody abbr").Select(c => c.TextContent));
        Assert.Matches("^Roubles per 1 CNY: from ", front.QuerySelector(".sparkline")!.GetAttribute("aria-label"));
        Assert.Contains("since 4 April 2025", rates.QuerySelector(".rates thead")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en", "0 comments|1 comment|2 comments"), InlineData("ru", "0 комментариев|1 комментарий|2 комментария")]
    public async Task Counts_of_comments_are_in_their_plural_form(string lang, string forms)
    {
        var discussed = (await Rendered.Page("front", lang)).QuerySelector("#discussed")!.ParentElement!;

        Assert.Equal(forms.Split('|'), discussed.QuerySelectorAll(".about").Take(3).Select(a => a.TextContent.Trim()));
    }

    [Fact]
    public async Task A_caption_and_a_credit_are_shown_below_the_picture_of_an_article()
    {
        var caption = (await Rendered.Page("article", "en")).QuerySelector(".cover figcaption")!;

        Assert.Equal("The river Photo: A. Author", Spaces().Replace(caption.TextContent, " ").Trim());
    }

    [Fact]
    public async Task Words_that_come_from_different_sources_are_separated_by_one_space()
    {
        var (states, archive, article) =
            (await Rendered.Page("states", "en"), await Rendered.Page("archive", "en"), await Rendered.Page("article", "en"));

        Assert.Equal("Money CNY", states.QuerySelector("tbody td:last-child")!.TextContent.Trim());
        var month = archive.QuerySelector(".months li")!.TextContent;
        Assert.Equal("November 2026 1,200", Spaces().Replace(month, " ").Trim());
        var hint = article.QuerySelectorAll(".article > footer > .about")[^1].TextContent;
        Assert.EndsWith("press Ctrl+Enter or write to us", Spaces().Replace(hint, " ").Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_description_in_another_language_than_the_page_names_its_language()
    {
        var picture = (await Rendered.Page("article", "ru")).QuerySelector(".cover img")!;

        Assert.Equal(("A river", "en"), (picture.GetAttribute("alt"), picture.GetAttribute("lang")));
    }

    private static long Compressed(byte[] content)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(content);
        return buffer.Length;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
