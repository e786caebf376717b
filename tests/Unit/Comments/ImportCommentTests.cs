using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using Comments.Exchange;
using Comments.Posting;
using Comments.Threads;
using CsCheck;
using Kit;
using Platform.Web;
using Xunit;

namespace Unit.Comments;

public class ImportCommentTests
{
    private static readonly Guid
        Article = new("01900000-0000-7000-8000-000000000001"),
        Parent = new("01900000-0000-7000-8000-000000000002");
    private static readonly ArticleCopy Known = new() { ArticleVersion = 2, Retracted = true };
    private static readonly ExchangedComment Imported = new(Some.Id(), Article, "Ann", "Well said.", Some.Noon);

    [Fact]
    public void A_comment_is_imported_unchanged_even_if_the_discussion_is_closed() =>
        Importing(Imported).Then(new CommentPosted(Article, null, "Ann", "Well said.", Some.Noon, null));

    [Fact]
    public void A_comment_that_already_exists_is_not_changed() =>
        Importing(Imported with { Text = "Otherwise." }, null, new CommentPosted(Article, null, "Ann", "Well said.", Some.Noon, null))
            .ThenNothing();

    [Fact]
    public void A_comment_that_was_not_visible_on_the_other_site_is_held() =>
        Importing(Imported with { Status = CommentStatus.Hidden }).Then(
            new CommentPosted(Article, null, "Ann", "Well said.", Some.Noon, "not visible on the site it was imported from"));

    [Theory]
    [InlineData(CommentStatus.Shown, true)]
    [InlineData(CommentStatus.Held, false)]
    public void A_reply_keeps_its_parent_only_if_the_parent_is_visible(CommentStatus status, bool keeps) =>
        Importing(Imported with { ParentId = Parent }, new CommentView { ArticleId = Article, Status = status })
            .Then(new CommentPosted(Article, keeps ? Parent : null, "Ann", "Well said.", Some.Noon, null) { Depth = keeps ? 1 : null });

    [Fact]
    public void Importing_requires_a_published_article() =>
        Kit.Spec<Comment>.Given().When(c => new ImportComment(Imported).Decide(c, null, null)).ThenThrows<NotFound>("no published article");

    [Theory]
    [InlineData("<p>One<br>two</p><p>Three &amp; <a href=\"https://a.example\">four</a></p>",
        "One\ntwo\n\nThree & [four](https://a.example)")]
    [InlineData("plain\n\ntext", "plain\n\ntext")]
    [InlineData("<ul><li>a</li><li>b</li></ul><script>alert(1)</script>", "- a\n- b")]
    [InlineData("<ol><li>a</li><li>b<ul><li>c</li></ul></li></ol>", "1. a\n2. b\n\n   - c")]
    [InlineData("<b>bold </b>and <em>em</em>, <del>gone</del>, <code>a_b * c</code>", "**bold** and *em*, ~~gone~~, `a_b * c`")]
    [InlineData("<blockquote><p>They said:</p><p>yes</p></blockquote>No.", "> They said:\n>\n> yes\n\nNo.")]
    [InlineData("<pre><code>if (a)\n    b();</code></pre>", "```\nif (a)\n    b();\n```")]
    [InlineData("<a href=\"https://a.example/x_y_z\">https://a.example/x_y_z</a>", "https://a.example/x_y_z")]
    [InlineData("<a href=\"javascript:alert(1)\">click</a>", "click")]
    [InlineData("5 &lt; 6 * 7 &amp;amp; snake_case [x] `y`", @"5 \< 6 \* 7 \&amp; snake_case \[x\] \`y\`")]
    [InlineData("- no list\n1. neither\n> nor a quote", "\\- no list\n1\\. neither\n\\> nor a quote")]
    [InlineData("<b><ul><li>odd</li></ul></b>", "odd")]
    [InlineData("1. </li></ul><p><ul><li></a><blockquote>2<del>)</del>", "1\\.\n\n2\\)")]
    [InlineData("<b>AT&amp;T</b>, see <a href=\"https://a.example/x\">this</a>.", "**AT&T**, see [this](https://a.example/x).")]
    [InlineData("~<u>~</u>a~<u>~</u> &amp;<u>amp;</u>", "\\~\\~a\\~\\~ \\&amp;")]
    public void Html_is_converted_to_the_markdown_of_comments(string html, string text) => Assert.Equal(text, FromHtml.Text(html));

    [Fact]
    public void Any_html_keeps_its_text_when_it_is_converted_and_rendered()
    {
        // If a text is converted without markup, the address of a link is appended to its text.
        const string address = "https://a.example/(b)";
        string[] parts =
        [
            "<p>", "</p>", "<b>", "</b>", "<i>", "</i>", "<code>", "</code>", "<blockquote>", "</blockquote>", "<ul><li>", "</li></ul>",
            "<ol><li>", "</li></ol>", "<pre>", "</pre>", "<br>", $"<a href=\"{address}\">", "</a>", "<del>", "</del>", "\n", "\n\n", " ",
            "    ", "*", "**", "_", "`", "```", "~~", "~~~", "#", "- ", "1. ", "> ", "[", "](", ")", "\\",
            "&amp;", "&amp;amp;", "&amp;nbsp;", "&lt;", "amp;", "~", ".", "!", "word", "слово", "字", "2",
        ];
        Gen.Int[0, parts.Length - 1].Select(i => parts[i]).Array[0, 20].Select(string.Concat).Sample(
            html => Assert.Equal(Words(html), Words(Markup.Of(FromHtml.Text(html)))), iter: 3000);

        static string Words(string html) => Regex
            .Replace(new HtmlParser().ParseDocument($"<body>{html}</body>").Body!.TextContent, @"\s+", "")
            .Replace($"({address})", "", StringComparison.Ordinal);
    }

    [Fact]
    public void Thousands_of_nested_elements_do_not_crash_the_process() =>
        Assert.Equal("deep", FromHtml.Text(string.Concat(Enumerable.Repeat("<div><u>", 5000)) + "deep"));

    [Fact]
    public void A_text_that_is_too_long_is_rejected_before_it_is_rendered()
    {
        Assert.Equal("text", Assert.Throws<Malformed>(() => (Imported with { Text = new string('[', 90_000) }).Validated()).Field);
        Assert.Equal("text", Assert.Throws<Malformed>(() => FromHtml.Text(new string('[', 90_000))).Field);
    }

    [Theory]
    [InlineData("https://old.example.org/2014/03/%D1%81%D0%B0%D0%BC%D0%BC%D0%B8%D1%82-%D1%88%D0%BE%D1%81/", "sammit-shos")]
    [InlineData("http://old.example.org/2014/03/%D1%81%D0%B0%D0%BC%D0%BC%D0%B8%D1%82-%D1%88%D0%BE%D1%81/amp/", "sammit-shos")]
    [InlineData("https://old.example.org/2014/03/%D1%81%D0%B0%D0%BC%D0%BC%D0%B8%D1%82-%D1%88%D0%BE%D1%81.html?utm_source=feed",
        "sammit-shos")]
    [InlineData("https://old.example.org/2014/03/%d1%81%d0%b0%d0%bc%d0%bc%d0%b8%d1%82-%d1%88%d0%be%d1%81.amp.html", "sammit-shos")]
    [InlineData("https://old.example.org/2014/03/саммит-шос/comment-page-2/#comment-7", "sammit-shos")]
    [InlineData("https://old.example.org/%25D1%2581%25D0%25B0%25D0%25BC%25D0%25BC%25D0%25B8%25D1%2582-%25D1%2588%25D0%25BE%25D1%2581/feed/",
        "sammit-shos")]
    [InlineData("https://old.example.org/news/sco-and-icrc/?amp=1", "sco-and-icrc")]
    [InlineData("https://old.example.org/news/sco-and-icrc/index.php", "sco-and-icrc")]
    [InlineData("саммит-шос", "sammit-shos")]
    public void An_old_address_gives_the_current_slug(string name, string slug) => Assert.Contains(slug, KnownArticles.Slugs(name));

    [Fact]
    public void The_address_of_a_front_page_gives_no_slug() =>
        Assert.Empty(KnownArticles.Slugs("https://old.example.org/amp/"));

    [Fact]
    public void A_Disqus_thread_of_a_WordPress_post_names_the_id_of_the_imported_article() =>
        Assert.Contains(
            $"{ExchangedComment.IdOf("wordpress", "https://old.example.org/?p=3201")}",
            DisqusComments.Names("3201 https://old.example.org/?p=3201", ""));

    [Fact]
    public void Replies_that_precede_their_parent_are_imported_after_it()
    {
        Guid[] ids = [.. Enumerable.Range(0, 6).Select(_ => Some.Id())];
        var pending = new PendingReplies();
        // 2 replies to 1, which replies to 0, which replies to a comment that is not in the file; 3 and 4 reply to each other.
        foreach (var (line, parent) in new[] { (2, ids[1]), (1, ids[0]), (0, ids[5]), (3, ids[4]), (4, ids[3]) })
            Assert.True(pending.Add(line, Imported with { Id = ids[line], ParentId = parent }));
        Assert.False(pending.Add(5, Imported with { Id = ids[5], ParentId = ids[5] }));
        Assert.Equal([0, 1, 2, 3, 4], pending.ParentsFirst().Select(w => w.Line));
    }

    private static Kit.Spec<Comment> Importing(ExchangedComment imported, CommentView? parent = null, params object[] given) =>
        Kit.Spec<Comment>.Given(given).When(c => new ImportComment(imported).Decide(c, Known, parent));
}
