using Portal.Reader;
using Xunit;

namespace Unit.Portal;

/// <summary>A comment with what it answers.</summary>
public class CommentPlaceTests
{
    private static readonly Guid Article = Guid.CreateVersion7();

    [Fact]
    public void A_comment_stands_below_what_it_answers_the_topmost_first()
    {
        var (first, second, third) = (Comment("first"), Comment("second"), Comment("third"));

        var shown = CommentPage.Nested(new(Article, [first, second], third));

        Assert.Equal("first", shown.Author);
        Assert.Equal("second", Assert.Single(shown.Replies!.Items).Author);
        Assert.Same(third, Assert.Single(Assert.Single(shown.Replies.Items).Replies!.Items));
    }

    [Fact]
    public void One_that_answers_nobody_stands_alone()
    {
        var comment = Comment("alone");

        Assert.Same(comment, CommentPage.Nested(new(Article, [], comment)));
    }

    private static CommentItem Comment(string author) =>
        new(Guid.CreateVersion7(), author, "<p>x</p>", DateTimeOffset.UnixEpoch, null, 0, 0, false, null);
}
