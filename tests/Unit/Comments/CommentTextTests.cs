using Comments.Posting;
using Platform.Web;
using Xunit;

namespace Unit.Comments;

public class CommentTextTests
{
    [Theory]
    [InlineData("&nbsp;")]
    [InlineData("[](https://a.example)")]
    [InlineData("[\u200b](https://a.example)")]
    [InlineData("![](https://a.example/a.png)")]
    [InlineData("~~~word")]
    [InlineData("[word]: https://a.example")]
    [InlineData("- -")]
    [InlineData("> ")]
    [InlineData("\u2800\n\n> \u3164")]
    public void A_text_that_renders_to_nothing_visible_is_rejected(string text) =>
        Assert.Equal("text", Assert.Throws<Malformed>(() => CommentText.Text(text)).Field);

    [Fact]
    public void An_invisible_name_is_rejected_and_a_visible_one_is_accepted()
    {
        Assert.Equal("author", Assert.Throws<Malformed>(() => CommentText.Author("\u200B\u2060")).Field);
        Assert.Equal("Zoë\u0301 👩‍👩‍👧", CommentText.Author("Zoë\u0301 👩‍👩‍👧"));
    }

    [Theory]
    [InlineData("[a](//spam.example) [b](//spam.example)", 2)]
    [InlineData("[a](/\\spam.example)", 1)]
    [InlineData("<a href=\"//spam.example\">", 1)]
    [InlineData("https://a.example and http://b.example", 2)]
    [InlineData("and/or, a // b, 1/2", 0)]
    public void Links_are_counted_with_and_without_a_scheme(string text, int links) => Assert.Equal(links, CommentText.Links(text));
}
