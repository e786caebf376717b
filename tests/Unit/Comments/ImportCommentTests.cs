using Comments;
using Kit;
using Platform.EventSourcing;
using Xunit;

namespace Unit.Comments;

public class ImportCommentTests
{
    private static readonly Guid Article = new("01900000-0000-7000-8000-000000000001"), Parent = new("01900000-0000-7000-8000-000000000002");
    private static readonly ArticleCopy Known = new() { ArticleVersion = 2, Retracted = true };
    private static readonly ExchangedComment Taken = new(Some.Id(), Article, "Ann", "Well said.", Some.Noon);

    [Fact]
    public void A_comment_is_taken_in_as_it_was_even_where_discussion_is_over() => Importing(Taken).Then(new CommentPosted(Article, null, "Ann", "Well said.", Some.Noon, null));

    [Fact]
    public void What_is_here_already_is_left_alone() => Importing(Taken with { Text = "Otherwise." }, null, new CommentPosted(Article, null, "Ann", "Well said.", Some.Noon, null)).ThenNothing();

    [Fact]
    public void What_was_not_shown_is_held() => Importing(Taken with { Status = CommentStatus.Hidden }).Then(new CommentPosted(Article, null, "Ann", "Well said.", Some.Noon, "not shown where it was imported from"));

    [Theory]
    [InlineData(CommentStatus.Shown, true)]
    [InlineData(CommentStatus.Held, false)]
    public void An_answer_keeps_its_place_where_readers_see_what_it_answers(CommentStatus status, bool keeps) =>
        Importing(Taken with { ParentId = Parent }, new CommentView { ArticleId = Article, Status = status }).Then(new CommentPosted(Article, keeps ? Parent : null, "Ann", "Well said.", Some.Noon, null));

    [Fact]
    public void There_must_be_an_article() => Spec<Comment>.Given().When(c => new ImportComment(Taken).Decide(c, null, null)).ThenThrows<NotFound>("no published article");

    [Theory]
    [InlineData("<p>One<br>two</p><p>Three &amp; <a href=\"https://a.example\">four</a></p>", "One\ntwo\n\nThree & four (https://a.example)")]
    [InlineData("plain\n\ntext", "plain\n\ntext")]
    [InlineData("<ul><li>a</li><li>b</li></ul><script>alert(1)</script>", "a\nb")]
    public void Html_becomes_what_it_says(string html, string text) => Assert.Equal(text, FromHtml.Text(html));

    private static Spec<Comment> Importing(ExchangedComment taken, CommentView? parent = null, params object[] given) => Spec<Comment>.Given(given).When(c => new ImportComment(taken).Decide(c, Known, parent));
}
