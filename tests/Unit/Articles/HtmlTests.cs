using Articles;
using Platform.Hosting;
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
        ["<script", "<style", "<iframe", "<object", "<embed", "<form", "<input", "<button", "<svg", "<math", "<base", "<link", "<meta", "<template", "<!--", "javascript", "vbscript", "data:", "onerror=\"", "onclick", "onload", "onmouseover", "style="];

    [Theory]
    [MemberData(nameof(Attacks))]
    public void Nothing_that_runs_reaches_a_reader(string attack)
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
    [InlineData("<p lang=\"zh\">上海合作组织</p>")]
    public void What_an_editor_may_write_stays(string html) => Assert.Equal(html, Html.Sanitise(html));

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
    public void Markdown_that_is_nested_too_deep_keeps_its_words(string sign, int times)
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
    public void A_body_whose_elements_are_nested_too_deep_is_malformed(string tag, int times)
    {
        var request = new ArticleRequest("news", new() { ["en"] = new("Title", Times(tag, times) + "word") });
        var refused = Assert.Throws<Malformed>(() => request.ToContent());
        Assert.Equal("translations.en.body", refused.Field);
    }

    [Theory]
    [InlineData("<p>one", 2000)]
    [InlineData("<div><b>one</b></div>", 2000)]
    [InlineData("<ul><li>one<li>two</ul>", 2000)]
    [InlineData("<img src=\"/a.jpg\" alt=\"\"><br>", 2000)]
    public void A_long_body_is_not_taken_for_a_deep_one(string part, int times) => Assert.False(Html.IsTooDeep(Times(part, times)));

    private static string Times(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
