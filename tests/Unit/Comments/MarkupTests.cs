using AngleSharp.Html.Parser;
using Comments;
using CsCheck;
using Xunit;

namespace Unit.Comments;

public class MarkupTests
{
    [Theory]
    [InlineData("Well said.", "<p>Well said.</p>")]
    [InlineData("two\nlines\n\nand a paragraph", "<p>two<br>\nlines</p>\n<p>and a paragraph</p>")]
    [InlineData("**strong**, *em*, ~~del~~, `a < b`", "<p><strong>strong</strong>, <em>em</em>, <del>del</del>, <code>a &lt; b</code></p>")]
    [InlineData("> quoted\n\n- one\n- two", "<blockquote>\n<p>quoted</p>\n</blockquote>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>")]
    [InlineData(
        "[site](https://a.example/?b=1&c=2)", "<p><a href=\"https://a.example/?b=1&amp;c=2\" rel=\"nofollow ugc noopener\">site</a></p>")]
    [InlineData("see https://a.example", "<p>see <a href=\"https://a.example\" rel=\"nofollow ugc noopener\">https://a.example</a></p>")]
    [InlineData("# no heading", "<p># no heading</p>")]
    [InlineData("+", "<p>+</p>")]
    [InlineData("1.", "<p>1.</p>")]
    [InlineData("<b>raw</b> & <script>alert(1)</script>", "<p>&lt;b&gt;raw&lt;/b&gt; &amp; &lt;script&gt;alert(1)&lt;/script&gt;</p>")]
    public void A_text_becomes_html_in_a_subset(string text, string html) => Assert.Equal(html, Markup.Of(text));

    [Theory]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("[x](JaVaScRiPt&colon;alert(1))")]
    [InlineData("[x](data:text/html;base64,PHNjcmlwdD4=)")]
    [InlineData("![x](https://a.example/pixel.png)")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("[x](https://a.example \"onmouseover=alert(1)\")")]
    [InlineData("[x](https://a.example'onclick='alert(1))")]
    public void No_address_runs_anything_and_no_picture_calls_home(string text) => IsSafe(Markup.Of(text));

    [Fact]
    public void Whatever_is_typed_nothing_but_the_subset_comes_out()
    {
        string[] parts =
        [
            "<", ">", "\"", "'", "&", "script", "img src=x onerror=alert(1)", "[a](", ")", "javascript:", "**", "*", "`", "~~", "> ",
            "- ", "1. ", "\n", "\n\n", "    ", "https://a.example", "![", "]", "<!--", "-->", "a", " ", "\\", "&#x6A;", "style=", "|",
            "\u00A0",
        ];
        Gen.Int[0, parts.Length - 1]
            .Select(i => parts[i]).Array[0, 20]
            .Select(string.Concat)
            .Sample(text => IsSafe(Markup.Of(text)), iter: 3000);
    }

    [Fact]
    public void The_short_way_for_plain_lines_gives_what_the_long_way_gives()
    {
        string[] parts = ["a", "Ж", "会", "1", " ", ",", ".", "?", "!", "'", ";", "-", "www.", "word", "Word", "é"];
        Gen.Int[0, parts.Length - 1]
            .Select(i => parts[i]).Array[1, 14]
            .Select(p => string.Concat(p).Trim())
            .Where(Markup.IsPlain)
            .Sample(text => Assert.Equal(Markup.Rendered(text), Markup.Of(text)), iter: 5000);
    }

    [Theory]
    [InlineData("> ", 200)]
    [InlineData("- ", 200)]
    [InlineData("- ", 150)]
    [InlineData("1. ", 150)]
    [InlineData("*", 500)]
    [InlineData("[", 500)]
    [InlineData("![", 500)]
    public void Markup_that_is_nested_too_deep_keeps_its_words(string sign, int times)
    {
        var html = Markup.Of(string.Concat(Enumerable.Repeat(sign, times)) + "word" + (sign == "*" ? new string('*', times) : ""));
        Assert.Contains("word", html, StringComparison.Ordinal);
        IsSafe(html);
    }

    private static void IsSafe(string html)
    {
        foreach (var element in new HtmlParser().ParseDocument($"<body>{html}</body>").Body!.QuerySelectorAll("*"))
        {
            Assert.Contains(
                element.LocalName, new[] { "p", "br", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a" });
            Assert.All(element.Attributes, a => Assert.True(a.Name is "href" or "rel", a.Name));
            if (element.GetAttribute("href") is { } href) Assert.Matches("^(https?|mailto):|^[^:]*$", href);
        }
    }
}
