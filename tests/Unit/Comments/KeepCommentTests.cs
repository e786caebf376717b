using Comments.Moderation;
using Comments.Posting;
using Kit;
using Platform.Web;
using Xunit;

namespace Unit.Comments;

public class KeepCommentTests
{
    private static readonly CommentPosted Posted = new(Guid.Empty, null, "Ann", "Well said.", Some.Noon, null);

    [Fact]
    public void Keeping_a_visible_comment_is_recorded_each_time() => Keeping(Posted).ThenEachTime(new CommentKept(Guid.Empty, Some.Noon));

    [Fact]
    public void A_comment_that_is_not_visible_cannot_be_kept() => Keeping(Posted with { HeldBecause = "links" }).ThenRejected("Approve");

    [Fact]
    public void A_comment_that_does_not_exist_cannot_be_kept() => Keeping().ThenThrows<NotFound>("no comment");

    private static Spec<Comment> Keeping(params object[] given) => Spec<Comment>.Given(given).When(new KeepComment(Some.Noon).Decide);
}
