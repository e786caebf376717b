using AngleSharp.Html.Parser;
using Comments.Posting;
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
    public void A_subset_of_Markdown_is_rendered_as_html(string text, string html) => Assert.Equal(html, Markup.Of(text));

    [Theory]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("[x](JaVaScRiPt&colon;alert(1))")]
    [InlineData("[x](data:text/html;base64,PHNjcmlwdD4=)")]
    [InlineData("![x](https://a.example/pixel.png)")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("[x](https://a.example \"onmouseover=alert(1)\")")]
    [InlineData("[x](https://a.example'onclick='alert(1))")]
    public void Links_cannot_run_scripts_and_images_are_not_rendered(string text) => AssertSafe(Markup.Of(text));

    [Fact]
    public void Any_input_renders_only_to_the_allowed_subset()
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
            .Sample(text => AssertSafe(Markup.Of(text)), iter: 3000);
    }

    [Fact]
    public void Plain_lines_render_the_same_with_and_without_the_libraries()
    {
        string[] parts = ["a", "Ж", "会", "1", " ", ",", ".", "?", "!", "'", ";", "-", "www.", "word", "Word", "é"];
        Gen.Int[0, parts.Length - 1]
            .Select(i => parts[i]).Array[1, 14]
            .Select(p => string.Concat(p).Trim())
            .Where(Markup.IsPlain)
            .Sample(text => Assert.Equal(Markup.Render(text), Markup.Of(text)), iter: 5000);
    }

    [Theory]
    [InlineData("> ", 200)]
    [InlineData("- ", 200)]
    [InlineData("- ", 150)]
    [InlineData("1. ", 150)]
    [InlineData("*", 500)]
    [InlineData("[", 500)]
    [InlineData("![", 500)]
    public void Markup_that_is_nested_too_deeply_keeps_its_text(string sign, int times)
    {
        var html = Markup.Of(string.Concat(Enumerable.Repeat(sign, times)) + "word" + (sign == "*" ? new string('*', times) : ""));
        Assert.Contains("word", html, StringComparison.Ordinal);
        AssertSafe(html);
    }

    private static void AssertSafe(string html)
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
