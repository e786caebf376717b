using Articles;
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
}
