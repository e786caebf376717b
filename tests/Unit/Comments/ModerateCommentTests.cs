using Comments;
using Kit;
using Platform.EventSourcing;
using Xunit;

namespace Unit.Comments;

public class ModerateCommentTests
{
    private static readonly CommentPosted Shown = new(Guid.Empty, null, "Ann", "Well said.", Some.Noon, null);
    private static readonly CommentPosted Held = Shown with { HeldBecause = "more than 2 links" };
    private static readonly CommentHidden Hidden = new(Guid.Empty, "rude", true);

    [Fact]
    public void A_held_comment_is_approved() => Approving(Held).Then(new CommentApproved(Guid.Empty));

    [Fact]
    public void A_hidden_comment_is_approved() => Approving(Shown, Hidden).Then(new CommentApproved(Guid.Empty));

    [Fact]
    public void Approving_what_is_shown_changes_nothing() => Approving(Shown).ThenNothing();

    [Fact]
    public void What_is_not_there_cannot_be_approved() => Approving().ThenThrows<NotFound>("no comment");

    [Fact]
    public void A_shown_comment_is_hidden_from_readers() => Hiding(Shown).Then(new CommentHidden(Guid.Empty, "rude", WasShown: true));

    [Fact]
    public void A_held_comment_is_hidden_that_readers_never_saw() =>
        Hiding(Held).Then(new CommentHidden(Guid.Empty, "rude", WasShown: false));

    [Fact]
    public void Hiding_twice_keeps_the_first_reason() => Hiding(Shown, Hidden with { Reason = "spam" }).ThenNothing();

    [Fact]
    public void What_is_not_there_cannot_be_hidden() => Hiding().ThenThrows<NotFound>("no comment");

    [Fact]
    public void What_was_hidden_is_restored() => Restoring(Shown, Hidden).Then(new CommentApproved(Guid.Empty));

    [Fact]
    public void What_is_held_is_approved_and_not_restored() => Restoring(Held).ThenRejected("Approve it");

    [Fact]
    public void Restoring_what_is_shown_changes_nothing() => Restoring(Shown).ThenNothing();

    private static Spec<Comment> Restoring(params object[] given) => Spec<Comment>.Given(given).When(new RestoreComment().Decide);

    private static Spec<Comment> Approving(params object[] given) => Spec<Comment>.Given(given).When(new ApproveComment().Decide);

    private static Spec<Comment> Hiding(params object[] given) => Spec<Comment>.Given(given).When(new HideComment("rude").Decide);
}
