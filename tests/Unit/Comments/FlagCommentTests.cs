using Comments.Moderation;
using Comments.People;
using Comments.Posting;
using Kit;
using Platform.Web;
using Xunit;

namespace Unit.Comments;

public class FlagCommentTests
{
    private static readonly Guid Id = new("01900000-0000-7000-8000-000000000001");
    private static readonly CommentView Shown = new() { Status = CommentStatus.Shown };
    private static readonly CommentPosted Posted = new(Guid.Empty, null, "Ann", "Well said.", Some.Noon, null);

    [Fact]
    public void A_visible_comment_can_be_flagged() =>
        Flagging(FlagReason.Spam, Shown).Then(new CommentFlagged(Id, FlagReason.Spam, Some.Noon));

    [Fact]
    public void A_second_flag_of_the_same_visitor_changes_nothing() =>
        Flagging(FlagReason.Abuse, Shown, new CommentFlagged(Id, FlagReason.Spam, Some.Noon)).ThenNothing();

    [Fact]
    public void A_comment_that_is_not_visible_cannot_be_flagged() =>
        Flagging(FlagReason.Spam, Shown with { Status = CommentStatus.Held }).ThenThrows<NotFound>("no comment");

    [Fact]
    public void A_comment_that_does_not_exist_cannot_be_flagged() => Flagging(FlagReason.Spam, null).ThenThrows<NotFound>("no comment");

    [Fact]
    public void Keeping_a_visible_comment_is_recorded_each_time() => Keeping(Posted).ThenEachTime(new CommentKept(Guid.Empty, Some.Noon));

    [Fact]
    public void A_comment_that_is_not_visible_cannot_be_kept() => Keeping(Posted with { HeldBecause = "links" }).ThenRejected("Approve");

    [Fact]
    public void A_comment_that_does_not_exist_cannot_be_kept() => Keeping().ThenThrows<NotFound>("no comment");

    private static Spec<Flag> Flagging(FlagReason reason, CommentView? comment, params object[] given) =>
        Spec<Flag>.Given(given).When(f => new FlagComment(Id, reason, Some.Noon).Decide(f, comment));

    private static Spec<Comment> Keeping(params object[] given) => Spec<Comment>.Given(given).When(new KeepComment(Some.Noon).Decide);
}

public class EraseCommentTests
{
    private static readonly CommentPosted Shown = new(Guid.Empty, null, "Ann", "Well said.", Some.Noon, null) { EditHash = "0123" };

    [Fact]
    public void Erasing_removes_the_text_the_author_and_the_edit_hash()
    {
        Erasing(Shown).Then(new CommentErased(Guid.Empty, Some.Noon, WasShown: true));
        var erased = new Comment().Evolve(Shown).Evolve(new CommentErased(Guid.Empty, Some.Noon, true));
        Assert.Equal(
            ("", "", "", null, CommentStatus.Deleted),
            (erased.Text, erased.Posted!.Text, erased.Posted.Author, erased.Posted.EditHash, erased.Status));
    }

    [Fact]
    public void A_deleted_comment_is_erased_too() =>
        Erasing(Shown, new CommentDeleted(Guid.Empty, Some.Noon, true)).Then(new CommentErased(Guid.Empty, Some.Noon, WasShown: false));

    [Fact]
    public void Erasing_twice_changes_nothing() =>
        Erasing(Shown, new CommentErased(Guid.Empty, Some.Noon, true)).ThenNothing();

    [Fact]
    public void Erasing_a_comment_that_does_not_exist_changes_nothing() => Erasing().ThenNothing();

    private static Spec<Comment> Erasing(params object[] given) => Spec<Comment>.Given(given).When(new EraseComment(Some.Noon).Decide);
}
