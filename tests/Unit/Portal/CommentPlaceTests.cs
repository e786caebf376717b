using Portal.Reader;
using Xunit;

namespace Unit.Portal;

/// <summary>The thread above a comment.</summary>
public class CommentPlaceTests
{
    private static readonly Guid Article = Guid.CreateVersion7();

    [Fact]
    public void A_comment_is_nested_below_the_comments_that_it_replies_to()
    {
        var (first, second, third) = (Comment("first"), Comment("second"), Comment("third"));

        var shown = CommentPage.Nested(new(Article, [first, second], third));

        Assert.Equal("first", shown.Author);
        Assert.Equal("second", Assert.Single(shown.Replies!.Items).Author);
        Assert.Same(third, Assert.Single(Assert.Single(shown.Replies.Items).Replies!.Items));
    }

    [Fact]
    public void A_top_level_comment_is_not_nested()
    {
        var comment = Comment("alone");

        Assert.Same(comment, CommentPage.Nested(new(Article, [], comment)));
    }

    private static CommentItem Comment(string author) =>
        new(Guid.CreateVersion7(), author, "<p>x</p>", DateTimeOffset.UnixEpoch, null, 0, 0, false, null);
}
