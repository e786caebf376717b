using Comments.Moderation;
using Comments.Posting;
using Kit;
using Xunit;

namespace Unit.Comments;

public class RestoreCommentTests
{
    private static readonly CommentPosted Shown = new(Guid.Empty, null, "Ann", "Well said.", Some.Noon, null);
    private static readonly CommentPosted Held = Shown with { HeldBecause = "more than 2 links" };
    private static readonly CommentHidden Hidden = new(Guid.Empty, "rude", true);

    [Fact]
    public void A_hidden_comment_can_be_restored() => Restoring(Shown, Hidden).Then(new CommentApproved(Guid.Empty));

    [Fact]
    public void A_held_comment_cannot_be_restored() => Restoring(Held).ThenRejected("Approve it");

    [Fact]
    public void Restoring_a_visible_comment_changes_nothing() => Restoring(Shown).ThenNothing();

    private static Spec<Comment> Restoring(params object[] given) => Spec<Comment>.Given(given).When(new RestoreComment().Decide);
}
