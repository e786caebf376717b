using Articles.Publishing;
using Articles.Texts;
using Platform.Web;
using Xunit;

namespace Unit.Articles;

public class HtmlTests
{
    public static TheoryData<string> Attacks { get; } =
    [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<img src=x onerror=alert(1)>",
        "<img src=\"javascript:alert(1)\">",
        "<img src=`x` onerror=`alert(1)`>",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<a href=\" &#x6A;avascript&colon;alert(1)\">x</a>",
        "<a href=\"java\nscript:alert(1)\">x</a>",
        "<a href=\"data:text/html;base64,PHNjcmlwdD4=\">x</a>",
        "<a href=\"vbscript:msgbox(1)\">x</a>",
        "<svg onload=alert(1)><animate onbegin=alert(1)></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
        "<p style=\"background:url(javascript:alert(1))\">x</p>",
        "<style>@import 'javascript:alert(1)';</style>",
        "<iframe src=\"https://evil.example\"></iframe>",
        "<object data=\"x.swf\"></object><embed src=\"x.swf\">",
        "<form action=\"https://evil.example\"><input name=p><button>go</button></form>",
        "<base href=\"https://evil.example/\"><link rel=stylesheet href=x.css><meta http-equiv=refresh content=0>",
        "<p onclick=alert(1) onmouseover=\"alert(1)\">x</p>",
        "<template><script>alert(1)</script></template>",
        "<!--[if IE]><script>alert(1)</script><![endif]-->",
        "<p>\"><img src=x onerror=alert(1)></p>",
    ];

    private static readonly string[] Forbidden =
        [
            "<script", "<style", "<iframe", "<object", "<embed", "<form", "<input", "<button", "<svg", "<math", "<base", "<link",
            "<meta", "<template", "<!--", "javascript", "vbscript", "data:", "onerror=\"", "onclick", "onload", "onmouseover", "style=",
        ];

    [Theory]
    [MemberData(nameof(Attacks))]
    public void Scripts_and_active_content_are_removed(string attack)
    {
        var clean = Html.Sanitise($"<p>before</p>{attack}<p>after</p>");
        var markup = string.Join(' ', System.Text.RegularExpressions.Regex.Matches(clean, "<[^>]*>").Select(m => m.Value));
        Assert.All(Forbidden, f => Assert.DoesNotContain(f, markup, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    [InlineData("<p>a &amp; b &lt; c</p>")]
    [InlineData("<ul><li>one<li>two</ul><table><tr><td>1")]
    [InlineData("text <b>bold <i>both</b> italic</i>")]
    public void Sanitising_twice_changes_nothing(string html) => Assert.Equal(Html.Sanitise(html), Html.Sanitise(Html.Sanitise(html)));

    [Theory]
    [InlineData("<p>A <strong>bold</strong> <a href=\"https://example.org/\" title=\"t\">link</a>.</p>")]
    [InlineData("<figure><img src=\"/pictures/1.jpg\" alt=\"a\" width=\"10\" height=\"10\"><figcaption>c</figcaption></figure>")]
    [InlineData("<table><caption>c</caption><tbody><tr><td colspan=\"2\">1</td></tr></tbody></table>")]
    [InlineData("<dl><dt>Term</dt><dd>What it <dfn>means</dfn></dd></dl><address>1 Loop<br>Cupertino</address>")]
    [InlineData("<p><q>Said</q> <cite>she</cite>, <abbr title=\"Shanghai Cooperation Organisation\">SCO</abbr></p>")]
    [InlineData("<p lang=\"zh\">上海合作组织</p>")]
    public void Allowed_html_is_not_changed(string html) => Assert.Equal(html, Html.Sanitise(html));

    [Theory]
    [InlineData("> ", 200)]
    [InlineData("- ", 200)]
    [InlineData("- ", 150)]
    [InlineData("1. ", 150)]
    [InlineData("*", 500)]
    [InlineData("[", 500)]
    [InlineData("![", 500)]
    [InlineData("> ", 60_000)]
    [InlineData("<div>", 20_000)]
    public void Markdown_that_is_nested_too_deeply_keeps_its_text(string sign, int times)
    {
        var html = Html.Of(Times(sign, times) + "word" + (sign == "*" ? new string('*', times) : "") + "\n\nEnd", BodyFormat.Markdown);
        Assert.Contains("word", html, StringComparison.Ordinal);
        Assert.Contains("End", html, StringComparison.Ordinal);
        Assert.Equal(html, Html.Sanitise(html));
    }

    [Theory]
    [InlineData("<div>", 20_000)]
    [InlineData("<ul><li>", 20_000)]
    [InlineData("<B>", 60_000)]
    [InlineData("<table><tr><td>", 300)]
    [InlineData("<i x='1'></div>", 300)]
    public void A_body_with_elements_nested_too_deeply_is_malformed(string tag, int times)
    {
        var request = new ArticleRequest("news", new() { ["en"] = new("Title", Times(tag, times) + "word") });
        var error = Assert.Throws<Malformed>(() => request.ToContent());
        Assert.Equal("translations.en.body", error.Field);
    }

    [Theory]
    [InlineData("<p>one", 2000)]
    [InlineData("<div><b>one</b></div>", 2000)]
    [InlineData("<ul><li>one<li>two</ul>", 2000)]
    [InlineData("<img src=\"/a.jpg\" alt=\"\"><br>", 2000)]
    public void A_long_body_does_not_count_as_deeply_nested(string part, int times) => Assert.False(Html.IsTooDeep(Times(part, times)));

    [Fact]
    public void Links_to_anchors_work_after_sanitising()
    {
        const string Footnote = "<p>Up.<sup><a href=\"#note-1\">1</a></sup></p><h2 id=\"method\">Method</h2><p><a name=\"прим\"></a>"
            + "<a href=\"#method\">above</a> <a href=\"#%D0%BF%D1%80%D0%B8%D0%BC\">there</a> <a href=\"#comments\">answers</a></p>"
            + "<ol><li id=\"note-1\">Customs. <a id=\"method\">twice</a></li></ol>";
        var html = Html.Sanitise(Footnote);
        Assert.Equal(
            "<p>Up.<sup><a href=\"#text-note-1\">1</a></sup></p><h2 id=\"text-method\">Method</h2><p><a id=\"text-прим\"></a>"
            + "<a href=\"#text-method\">above</a> "
            + "<a href=\"#text-%D0%BF%D1%80%D0%B8%D0%BC\">there</a> <a href=\"#comments\">answers</a></p>"
            + "<ol><li id=\"text-note-1\">Customs. <a>twice</a></li></ol>",
            html);
        Assert.Equal(html, Html.Sanitise(html));
        var page = new Uri("https://news.example.org/en/articles/trade");
        var absolute = Html.Absolute(html, page);
        Assert.Contains("<a href=\"https://news.example.org/en/articles/trade#text-note-1\">1</a>", absolute, StringComparison.Ordinal);
        Assert.Contains("<li id=\"text-note-1\">", absolute, StringComparison.Ordinal);
        Assert.Contains(
            "[1](https://news.example.org/en/articles/trade#text-note-1)",
            MarkdownText.Of(html, page.AbsoluteUri),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Markdown_footnotes_are_linked_in_both_directions()
    {
        var html = Html.OfMarkdown("Trade grew.[^1]\n\n[^1]: Customs statistics.");
        Assert.Contains("<a id=\"text-fnref:1\" href=\"#text-fn:1\"><sup>1</sup></a>", html, StringComparison.Ordinal);
        Assert.Contains("<li id=\"text-fn:1\">", html, StringComparison.Ordinal);
        Assert.Contains("Customs statistics.<a href=\"#text-fnref:1\">", html, StringComparison.Ordinal);
        Assert.Equal(html, Html.Sanitise(html));
    }

    private static string Times(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
