using Comments.Posting;
using Kit;
using Platform.Web;
using Xunit;

namespace Unit.Comments;

public class DeleteCommentTests
{
    private const string Hash = "0123";
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);
    private static readonly CommentPosted Shown = new(Guid.Empty, null, "Ann", "Well said.", Some.Noon, null) { EditHash = Hash };
    private static readonly CommentPosted Held = Shown with { HeldBecause = "more than 2 links" };
    private static readonly DateTimeOffset InTime = Some.Noon + Window, Late = InTime.AddTicks(1);

    [Fact]
    public void The_author_can_delete_a_visible_comment() =>
        Deleting(Hash, InTime, Shown).Then(new CommentDeleted(Guid.Empty, InTime, WasShown: true));

    [Fact]
    public void The_author_can_delete_a_held_comment_that_was_never_shown() =>
        Deleting(Hash, InTime, Held).Then(new CommentDeleted(Guid.Empty, InTime, WasShown: false));

    [Fact]
    public void Deleting_with_the_wrong_token_is_forbidden() => Deleting("4567", InTime, Shown).ThenThrows<Forbidden>("Edit-Token");

    [Fact]
    public void A_comment_cannot_be_deleted_after_the_edit_window() => Deleting(Hash, Late, Shown).ThenRejected("time has passed");

    private static Spec<Comment> Deleting(string hash, DateTimeOffset now, params object[] given) =>
        Spec<Comment>.Given(given).When(new DeleteComment(hash, now, Window).Decide);
}
