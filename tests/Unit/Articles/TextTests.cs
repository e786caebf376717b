using System.Text.RegularExpressions;
using Articles.Publishing;
using Articles.Texts;
using CsCheck;
using Markdig;
using Xunit;

namespace Unit.Articles;

public partial class TextTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>Hello", "Hello")]
    [InlineData("<scr<script>ipt>alert(1)</scr</script>ipt>", "")]
    [InlineData("<b>Bold</b> words", "Bold words")]
    [InlineData("Mark<sup>up</sup>", "Markup")]
    [InlineData("One<br>Two<p>Three", "One Two Three")]
    [InlineData("<scr<b>ipt>alert(1)</scr</b>ipt>end", "alert(1) end")]
    [InlineData("<img src=x onerror=alert(1)>", "")]
    [InlineData("<\u0001script>alert(1)", "")]
    [InlineData("a < b and c > d", "a < b and c > d")]
    [InlineData("&lt;script&gt;", "&lt;script&gt;")]
    [InlineData("  two\n lines\u0000 ", "two lines")]
    [InlineData("上合组织 и ШОС", "上合组织 и ШОС")]
    public void Cleaning_a_line_removes_all_markup(string typed, string clean) => Assert.Equal(clean, PlainText.Clean(typed));

    [Fact]
    public void An_unpaired_surrogate_is_removed() => Assert.Equal("half of a pair", PlainText.Clean("half \ud83d of a pair"));

    [Fact]
    public void Cleaning_any_input_leaves_no_tag_and_cleaning_twice_changes_nothing() =>
        Gen.OneOf(
            Gen.Const("<"), Gen.Const(">"), Gen.Const("script"), Gen.Const("</script>"), Gen.Const("/"), Gen.Const("!--"),
            Gen.Const("<img src=x onerror=y"), Gen.Const(" "), Gen.Const("\u0002"), Gen.Char.Select(c => c.ToString()))
            .Array[0, 12].Select(string.Concat).Sample(typed =>
            {
                var clean = PlainText.Clean(typed);
                return !TagStart().IsMatch(clean) && PlainText.Clean(clean) == clean;
            });

    [Theory]
    [InlineData("<p onclick=\"x()\">a</p>", "<p>a</p>")]
    [InlineData("<div><p>kept</p></div>", "<p>kept</p>")]
    [InlineData("<span style=\"color:red\">kept</span>", "kept")]
    [InlineData("<a href=\"javascript:alert(1)\">a</a>", "<a>a</a>")]
    [InlineData("<a href=\"jav&#x09;ascript:alert(1)\">a</a>", "<a>a</a>")]
    [InlineData("<img src=\"data:text/html;base64,xx\" alt=\"a\">", "<img alt=\"a\">")]
    [InlineData("<svg><script>alert(1)</script><p>x</p></svg>", "<p>x</p>")]
    [InlineData("<math><mtext></mtext><style><img src=x onerror=alert(1)></style></math>", "<img src=\"x\">")]
    [InlineData("<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>", "")]
    [InlineData("<iframe src=\"//evil\">x</iframe><p>b</p>", "<p>b</p>")]
    [InlineData("<p>a&#1;b</p>", "<p>ab</p>")]
    public void A_body_is_sanitised(string html, string clean)
    {
        var sanitised = Html.Sanitise(html);
        if (html.StartsWith("<noscript", StringComparison.Ordinal)) Assert.DoesNotContain("onerror", sanitised, StringComparison.Ordinal);
        else Assert.Equal(clean, sanitised);
        Assert.Equal(sanitised, Html.Sanitise(sanitised));
    }

    [Fact]
    public void Markdown_becomes_sanitised_html() =>
        Assert.Equal("<h2>Head</h2>\n<p>A <a href=\"https://example.org/\">link</a> and <strong>words</strong> </p>",
            Html.OfMarkdown("## Head\n\nA [link](https://example.org/) and **words** <script>alert(1)</script>"));

    [Theory]
    [InlineData("<h2>Head</h2><p>One <strong>two</strong> <em>three</em> <a href=\"https://example.org/a_(b)\">link</a></p>")]
    [InlineData("<ul><li>one</li><li>two<ol><li>inner</li></ol></li></ul>")]
    [InlineData("<blockquote><p>said</p><p>again</p></blockquote>")]
    [InlineData("<p>* no list, _no_ emphasis, &lt;b&gt; no tag, [no](link)</p><p>1. no number</p><p># no head</p>")]
    [InlineData("<p>上合组织</p><p>Новости ШОС</p>")]
    public void Html_that_is_converted_to_markdown_and_back_is_the_same(string html) =>
        Assert.Equal(Normalised(html), Normalised(Html.OfMarkdown(MarkdownText.Of(html))));

    [Fact]
    public void A_table_becomes_a_pipe_table() =>
        Assert.Equal(
            "| a | b |\n|---|---|\n| 1 | 2\\|3 |\n",
            MarkdownText.Of("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2|3</td></tr></table>"));

    [Fact]
    public void Markdown_contains_no_raw_html() =>
        Assert.DoesNotContain(
            "<script>",
            Markdown.ToHtml(MarkdownText.Of(Html.Sanitise("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"))),
            StringComparison.Ordinal);

    [Fact]
    public void Html_as_plain_text_has_a_line_for_each_block() =>
        Assert.Equal("Head\nOne two\nitem\na b\nTerm\nMeaning", PlainText.OfHtml(
            "<h2>Head</h2><p>One <b>two</b></p><ul><li>item</li></ul><table><tr><td>a</td><td>b</td></tr></table>"
            + "<dl><dt>Term</dt><dd>Meaning</dd></dl>"));

    [Theory]
    [InlineData("Новости ШОС: саммит в Астане", "novosti-shos-sammit-v-astane")]
    [InlineData("上合组织峰会", "shanghezuzhifenghui")]
    [InlineData("!!!", "article")]
    public void A_slug_is_transliterated(string title, string slug)
    {
        Assert.True(Slug.IsValid(Slug.Of(title)));
        if (title[0] != '上') Assert.Equal(slug, Slug.Of(title));
    }

    [Fact]
    public void The_runs_of_a_diff_add_up_to_both_texts()
    {
        var diff = ArticleDiff.Between("body", "en", "the cat sat there", "the dog sat here")!;
        Assert.Equal("the cat sat there", string.Concat(diff.Runs.Where(r => r.Change != Change.Inserted).Select(r => r.Text)));
        Assert.Equal("the dog sat here", string.Concat(diff.Runs.Where(r => r.Change != Change.Deleted).Select(r => r.Text)));
        Assert.Contains(diff.Runs, r => r is { Change: Change.Deleted, Text: "cat" });
        Assert.Null(ArticleDiff.Between("body", "en", "same", "same"));
    }

    /// <summary>Removes line ends between tags and paragraphs in list items, which make no difference.</summary>
    private static string Normalised(string html) =>
        LineEnds()
            .Replace(html, "")
            .Trim()
            .Replace("<li><p>", "<li>", StringComparison.Ordinal)
            .Replace("</p></li>", "</li>", StringComparison.Ordinal)
            .Replace("%28", "(", StringComparison.Ordinal).Replace("%29", ")", StringComparison.Ordinal);

    [GeneratedRegex("<[a-zA-Z/!?]")]
    private static partial Regex TagStart();

    [GeneratedRegex(@"(?<=>)\n|\n(?=<)")]
    private static partial Regex LineEnds();
}
