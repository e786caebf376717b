using Comments.Moderation;
using Comments.Posting;
using Kit;
using Platform.Web;
using Xunit;

namespace Unit.Comments;

public class ApproveCommentTests
{
    private static readonly CommentPosted Shown = new(Guid.Empty, null, "Ann", "Well said.", Some.Noon, null);
    private static readonly CommentPosted Held = Shown with { HeldBecause = "more than 2 links" };
    private static readonly CommentHidden Hidden = new(Guid.Empty, "rude", true);

    [Fact]
    public void A_held_comment_can_be_approved() => Approving(Held).Then(new CommentApproved(Guid.Empty));

    [Fact]
    public void A_hidden_comment_can_be_approved() => Approving(Shown, Hidden).Then(new CommentApproved(Guid.Empty));

    [Fact]
    public void Approving_a_visible_comment_changes_nothing() => Approving(Shown).ThenNothing();

    [Fact]
    public void A_comment_that_does_not_exist_cannot_be_approved() => Approving().ThenThrows<NotFound>("no comment");

    [Fact]
    public void A_moderator_cannot_approve_a_deleted_comment() =>
        Approving(Shown, new CommentDeleted(Guid.Empty, Some.Noon, true)).ThenRejected("deleted");

    private static Spec<Comment> Approving(params object[] given) => Spec<Comment>.Given(given).When(new ApproveComment().Decide);
}
