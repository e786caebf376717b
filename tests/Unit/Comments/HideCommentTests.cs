using Comments.Moderation;
using Comments.Posting;
using Kit;
using Platform.Web;
using Xunit;

namespace Unit.Comments;

public class HideCommentTests
{
    private static readonly CommentPosted Shown = new(Guid.Empty, null, "Ann", "Well said.", Some.Noon, null);
    private static readonly CommentPosted Held = Shown with { HeldBecause = "more than 2 links" };
    private static readonly CommentHidden Hidden = new(Guid.Empty, "rude", true);

    [Fact]
    public void A_visible_comment_can_be_hidden() =>
        Hiding(Shown).Then(new CommentHidden(Guid.Empty, "rude", WasShown: true));

    [Fact]
    public void A_held_comment_can_be_hidden_and_was_never_shown() =>
        Hiding(Held).Then(new CommentHidden(Guid.Empty, "rude", WasShown: false));

    [Fact]
    public void Hiding_twice_keeps_the_first_reason() => Hiding(Shown, Hidden with { Reason = "spam" }).ThenNothing();

    [Fact]
    public void A_comment_that_does_not_exist_cannot_be_hidden() => Hiding().ThenThrows<NotFound>("no comment");

    [Fact]
    public void Hiding_a_deleted_comment_changes_nothing() => Hiding(Shown, new CommentDeleted(Guid.Empty, Some.Noon, true)).ThenNothing();

    private static Spec<Comment> Hiding(params object[] given) => Spec<Comment>.Given(given).When(new HideComment("rude").Decide);
}
