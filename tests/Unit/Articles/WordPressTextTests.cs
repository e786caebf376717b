using System.Xml.Linq;
using Articles.Exchange;
using Articles.Texts;
using Xunit;

namespace Unit.Articles;

public class WordPressTextTests
{
    private static readonly Dictionary<string, WordPressFile> Files = new()
    {
        ["9"] = new("9", "https://old.example.org/a.jpg", "1", "A", "Cap <b>a</b>", ""),
        ["10"] = new("10", "https://old.example.org/b.png", "2", "B", "", "what b shows"),
        ["11"] = new("11", "https://old.example.org/s.mp3", "1", "Speech", "", ""),
    };

    [Theory]
    // Paragraphs and line breaks.
    [InlineData("<p class=\"x\">One.</p>\n\nTwo\nlines.\r\n\r\nThree <b>bold</b>\n<i>next</i>.",
        "<p>One.</p>\n<p>Two<br>lines.</p>\n<p>Three <b>bold</b><br><i>next</i>.</p>")]
    [InlineData("<p>One\n\ntwo</p>", "<p>One</p>\n<p>two</p>")]
    [InlineData("a<br />\nb<br>\n<br>\nc\n\n<!--more-->\n\nd", "<p>a<br>\nb<br>\n<br>\nc</p>\n<p>d</p>")]
    [InlineData("<pre>1  2\n\n3</pre>\n<blockquote>a\n\nb</blockquote>", "<pre>1  2\n\n3</pre>\n<blockquote><p>a</p><p>b</p></blockquote>")]
    [InlineData("<div>One</div><div>Two</div><h1>H</h1><h6>h</h6><center>c</center>",
        "<p>One</p>\n<p>Two</p>\n<h2>H</h2>\n<h4>h</h4>\n<p>c</p>")]
    // No line breaks inside a list or before a table.
    [InlineData("Before:\n<ul>\n<li>one\n<ul>\n\t<li>in</li>\n</ul>\n</li>\n\n<li>two\nmore</li>\n</ul>\nAfter",
        "<p>Before:</p>\n<ul><li>one<ul><li>in</li></ul></li><li>two<br>more</li></ul>\n<p>After</p>")]
    [InlineData("Text\n<table>\n<tr>\n<td>a</td>\n<td>b</td></tr>\n</table>",
        "<p>Text</p>\n<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>")]
    [InlineData("<dl>\n<dt>T</dt>\n<dd>D</dd>\n</dl>\n<address>1 Loop\nCupertino</address>",
        "<dl><dt>T</dt><dd>D</dd></dl>\n<address>1 Loop<br>Cupertino</address>")]
    // In posts that consist of blocks, line ends have no meaning.
    [InlineData("<!-- wp:paragraph -->\n<p>One\ntwo</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:spacer /-->\nFree",
        "<p>One\ntwo</p>\n<p>Free</p>")]
    // Captions and galleries.
    [InlineData(
        "[caption id=\"a\" width=\"150\"]<a href=\"https://x.example/\"><img src=\"/a.jpg\" alt=\"q\"></a> The "
        + "<em>caption</em>[/caption] Text",
        "<figure><a href=\"https://x.example/\"><img src=\"https://old.example.org/a.jpg\" alt=\"q\"></a><figcaption>The "
        + "<em>caption</em></figcaption></figure>\n<p>Text</p>")]
    [InlineData("Text [gallery ids=\"10,9\"] more",
        "<p>Text</p>\n<figure><img src=\"https://old.example.org/b.png\" alt=\"what b shows\"></figure>\n"
        + "<figure><img src=\"https://old.example.org/a.jpg\" alt=\"A\"><figcaption>Cap <b>a</b></figcaption></figure>\n<p>more</p>")]
    [InlineData("<p>[gallery]</p>",
        "<figure><img src=\"https://old.example.org/a.jpg\" alt=\"A\"><figcaption>Cap <b>a</b></figcaption></figure>")]
    // Text in brackets that is not a shortcode.
    [InlineData("Ready [audio breaks off] to sign. [Video: our man] [gallery of guests applauds] [[gallery ids=\"9\"]]",
        "<p>Ready [audio breaks off] to sign. [Video: our man] [gallery of guests applauds] [gallery ids=\"9\"]</p>")]
    // Lazy-loading images, and anchors within the post.
    [InlineData(
        "<p><img src=\"data:image/gif;base64,x\" data-src=\"https://o.example/l.jpg\"><noscript><img "
        + "src=\"https://o.example/l.jpg\"></noscript></p>",
        "<p><img src=\"https://o.example/l.jpg\"></p>")]
    [InlineData("A<a href=\"https://old.example.org/?p=1#fn\">1</a>\n\n<p id=\"fn\">B</p>",
        "<p>A<a href=\"#text-fn\">1</a></p>\n<p id=\"text-fn\">B</p>")]
    public void A_post_has_the_structure_that_wordpress_renders(string content, string html)
    {
        var text = Read(content);
        Assert.Equal(html, Html.Sanitise(text.Html));
        Assert.DoesNotContain(text.Remarks, r => r.StartsWith("Left out", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[embed]https://v.example/1[/embed]", "https://v.example/1")]
    [InlineData("https://v.example/2", "https://v.example/2")]
    [InlineData("<p>See\nhttps://v.example/3\nnow</p>", "https://v.example/3")]
    [InlineData("[audio src=\"https://m.example/s.mp3\"][/audio]", "https://m.example/s.mp3")]
    [InlineData("[video width=\"6\" mp4=\"https://m.example/v.mp4\" poster=\"https://m.example/p.jpg\"][/video]",
        "https://m.example/v.mp4")]
    [InlineData("<iframe src=\"//player.example/12\" width=\"5\"></iframe>", "https://player.example/12")]
    [InlineData("<video controls><source src=\"/v.mp4\">none</video>", "https://old.example.org/v.mp4")]
    [InlineData("<object><param name=\"movie\" value=\"http://v.example/m.swf\"><embed src=\"http://v.example/m.swf\"></object>",
        "http://v.example/m.swf")]
    [InlineData("<figure class=\"wp-block-embed\"><div class=\"w\">\nhttps://v.example/4\n</div></figure>", "https://v.example/4")]
    [InlineData("<!-- wp:embed {\"url\":\"https:\\/\\/v.example\\/5?a\\u0026b\"} /-->", "https://v.example/5?a&amp;b")]
    [InlineData("[audio]", "https://old.example.org/s.mp3")]
    [InlineData("[playlist]", "https://old.example.org/s.mp3")]
    public void Embedded_media_are_converted_to_links_and_counted(string content, string url)
    {
        var text = Read(content);
        Assert.Contains($"<a href=\"{url}\">", Html.Sanitise(text.Html), StringComparison.Ordinal);
        Assert.Equal(["Embedded media converted to links: 1."], text.Remarks);
    }

    [Theory]
    [InlineData("[gallery ids=\"9,77\"]", "Left out: files of a gallery that are not in this export (77).")]
    [InlineData("[gallery id=\"5\"]", "Left out: a gallery without files in this export.")]
    [InlineData("<iframe></iframe>x", "Left out: <iframe> without an address.")]
    [InlineData("<!-- wp:latest-posts {\"n\":1} /-->x", "Left out: the block latest-posts.")]
    [InlineData("<script>x()</script><form><input>Words</form>", "Left out: <script>, a form.")]
    [InlineData("<img alt=\"Only this\">", "Left out: an image without an address.")]
    [InlineData("<a href=\"tel:1\">call</a>", "Left out: link addresses that begin with tel:.")]
    [InlineData("[contact-form-7 id=\"3\"] [box]in[/box]", "Shortcodes kept as text: [box], [contact-form-7].")]
    public void Content_that_is_left_out_is_reported(string content, string remark) => Assert.Equal([remark], Read(content).Remarks);

    [Fact]
    public void Long_posts_with_unclosed_markup_are_converted()
    {
        foreach (var part in new[] { "[audio src=\"x\"]", "<!--", "[a]", "[caption]", "<p>x\n", "<br>\n", "[x y=\"z", "<b></div>" })
            Assert.NotNull(Read(string.Concat(Enumerable.Repeat(part, 20_000 / part.Length))).Html);
    }

    [Fact]
    public void An_article_has_the_name_of_its_author_and_the_local_date_if_there_is_no_utc_date()
    {
        var site = new WordPressSite();
        site.Add(XElement.Parse(
            "<author><author_login>apetrova</author_login><author_display_name>Anna &amp;amp; Petrova</author_display_name></author>"));
        var (article, remark) = Item(site, "Title", "<p>x</p>",
            "<post_date>2014-03-05 10:00:00</post_date><post_date_gmt>0000-00-00 00:00:00</post_date_gmt>");
        Assert.Equal("Anna & Petrova", article.Content.Author);
        Assert.Equal(new DateTimeOffset(2014, 3, 5, 10, 0, 0, TimeSpan.Zero), article.PublishedAt);
        Assert.Contains("local date", remark, StringComparison.Ordinal);
    }

    [Fact]
    public void A_post_without_a_title_gets_its_first_words_and_a_long_title_is_truncated()
    {
        var words = string.Join(' ', Enumerable.Repeat("word", 60));
        var (untitled, remark) = Item(new(), "", $"<p>{words}</p>");
        Assert.EndsWith("word…", untitled.Content.Translations["en"].Title, StringComparison.Ordinal);
        Assert.InRange(untitled.Content.Translations["en"].Title.Length, 60, 81);
        Assert.Contains("no title", remark, StringComparison.Ordinal);
        var (truncated, truncation) = Item(new(), words, "<p>x</p>");
        Assert.InRange(truncated.Content.Translations["en"].Title.Length, 190, 200);
        Assert.Equal("The title was truncated to 200 characters.", truncation);
        Assert.Equal("Markup & more", Item(new(), "Mark<sup>up</sup> &amp; more", "").Article.Content.Translations["en"].Title);
    }

    private static WordPressText Read(string content) => WordPressText.Read(content, "1", "https://old.example.org/?p=1", Files);

    private static (ExchangedArticle Article, string? Remark) Item(
        WordPressSite site,
        string title,
        string content,
        string dates = "<post_date_gmt>2014-03-05 07:00:00</post_date_gmt>")
    {
        XNamespace dc = "http://purl.org/dc/elements/1.1/", encoded = "http://purl.org/rss/1.0/modules/content/";
        var item = XElement.Parse(
            $"<item><guid>1</guid><status>publish</status><post_type>post</post_type><post_id>1</post_id>{dates}</item>");
        item.Add(new XElement("title", title), new XElement(dc + "creator", "apetrova"), new XElement(encoded + "encoded", content));
        return WordPressItem.Read(item, "news", "en", site, A.Later);
    }
}
