using Comments.Moderation;
using Comments.Posting;
using Kit;
using Platform.Web;
using Xunit;

namespace Unit.Comments;

public class EditCommentTests
{
    private const string Hash = "0123", Links = "http://a.example http://b.example http://c.example";
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);
    private static readonly CommentPosted Shown = new(Guid.Empty, null, "Ann", "Well said.", Some.Noon, null) { EditHash = Hash };
    private static readonly CommentPosted Held = Shown with { HeldBecause = "more than 2 links" };
    private static readonly DateTimeOffset InTime = Some.Noon + Window, Late = InTime.AddTicks(1);

    [Fact]
    public void The_author_can_change_the_text() =>
        Editing("Very well said.", Hash, InTime, Shown)
            .Then(new CommentEdited(Guid.Empty, "Very well said.", InTime, null, WasShown: true));

    [Fact]
    public void Saving_the_same_text_changes_nothing() => Editing("Well said.", Hash, InTime, Shown).ThenNothing();

    [Fact]
    public void An_edited_text_is_held_for_the_same_reasons_as_a_new_one() =>
        Spec<Comment>.Given(Shown).When(new EditComment(Hash, Links, InTime, Window) { SpamReason = "more than 2 links" }.Decide)
            .Then(new CommentEdited(Guid.Empty, Links, InTime, "more than 2 links", WasShown: true));

    [Fact]
    public void With_premoderation_an_edited_comment_is_held_again() =>
        Spec<Comment>.Given(Shown).When(new EditComment(Hash, "New.", InTime, Window) { Rules = new(ModerationMode.Pre) }.Decide)
            .Then(new CommentEdited(Guid.Empty, "New.", InTime, "comments on this article need approval", WasShown: true));

    [Fact]
    public void A_held_comment_stays_held_after_an_edit()
    {
        var edited = new CommentEdited(Guid.Empty, "Well said indeed.", InTime, null, WasShown: false);
        Editing("Well said indeed.", Hash, InTime, Held).Then(edited);
        Assert.Equal(CommentStatus.Held, new Comment().Evolve(Held).Evolve(edited).Status);
    }

    [Fact]
    public void Editing_with_the_wrong_token_is_forbidden() => Editing("Mine.", "4567", InTime, Shown).ThenThrows<Forbidden>("Edit-Token");

    [Fact]
    public void A_comment_without_a_token_cannot_be_edited() =>
        Editing("Mine.", Hash, InTime, Shown with { EditHash = null }).ThenThrows<Forbidden>("Edit-Token");

    [Fact]
    public void A_comment_cannot_be_edited_after_the_edit_window() =>
        Editing("Too late.", Hash, Late, Shown).ThenRejected("time has passed");

    [Fact]
    public void A_hidden_comment_cannot_be_edited() =>
        Editing("Again.", Hash, InTime, Shown, new CommentHidden(Guid.Empty, "rude", true)).ThenRejected("moderator");

    [Fact]
    public void A_comment_that_does_not_exist_cannot_be_edited() => Editing("x", Hash, InTime).ThenThrows<NotFound>("no comment");

    [Fact]
    public void A_deleted_comment_cannot_be_edited() =>
        Editing("x", Hash, InTime, Shown, new CommentDeleted(Guid.Empty, Some.Noon, true)).ThenThrows<NotFound>("no comment");

    private static Spec<Comment> Editing(string text, string hash, DateTimeOffset now, params object[] given) =>
        Spec<Comment>.Given(given).When(new EditComment(hash, text, now, Window).Decide);
}
