using Comments;
using Xunit;

namespace Unit.Comments;

public class CommentTextTests
{
    [Theory]
    [InlineData("[a](//spam.example) [b](//spam.example)", 2)]
    [InlineData("[a](/\\spam.example)", 1)]
    [InlineData("<a href=\"//spam.example\">", 1)]
    [InlineData("https://a.example and http://b.example", 2)]
    [InlineData("and/or, a // b, 1/2", 0)]
    public void A_link_counts_with_and_without_a_scheme(string text, int links) => Assert.Equal(links, CommentText.Links(text));
}
