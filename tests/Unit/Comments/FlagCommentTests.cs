using Comments;
using Kit;
using Platform.EventSourcing;
using Xunit;

namespace Unit.Comments;

public class FlagCommentTests
{
    private static readonly Guid Id = new("01900000-0000-7000-8000-000000000001");
    private static readonly CommentView Shown = new() { Status = CommentStatus.Shown };
    private static readonly CommentPosted Posted = new(Guid.Empty, null, "Ann", "Well said.", Some.Noon, null);

    [Fact]
    public void A_comment_is_flagged() => Flagging(FlagReason.Spam, Shown).Then(new CommentFlagged(Id, FlagReason.Spam, Some.Noon));

    [Fact]
    public void Each_flags_once_whatever_the_reason() =>
        Flagging(FlagReason.Abuse, Shown, new CommentFlagged(Id, FlagReason.Spam, Some.Noon)).ThenNothing();

    [Fact]
    public void Nobody_flags_what_readers_do_not_see() =>
        Flagging(FlagReason.Spam, Shown with { Status = CommentStatus.Held }).ThenThrows<NotFound>("no comment");

    [Fact]
    public void Nobody_flags_what_is_not_there() => Flagging(FlagReason.Spam, null).ThenThrows<NotFound>("no comment");

    [Fact]
    public void What_was_looked_at_stays() => Keeping(Posted).ThenEachTime(new CommentKept(Guid.Empty, Some.Noon));

    [Fact]
    public void What_readers_do_not_see_is_not_kept() => Keeping(Posted with { HeldBecause = "links" }).ThenRejected("Approve");

    [Fact]
    public void What_is_not_there_is_not_kept() => Keeping().ThenThrows<NotFound>("no comment");

    private static Spec<Flag> Flagging(FlagReason reason, CommentView? comment, params object[] given) =>
        Spec<Flag>.Given(given).When(f => new FlagComment(Id, reason, Some.Noon).Decide(f, comment));

    private static Spec<Comment> Keeping(params object[] given) => Spec<Comment>.Given(given).When(new KeepComment(Some.Noon).Decide);
}

public class EraseCommentTests
{
    private static readonly CommentPosted Shown = new(Guid.Empty, null, "Ann", "Well said.", Some.Noon, null) { EditHash = "0123" };

    [Fact]
    public void What_it_said_is_forgotten()
    {
        Erasing(Shown).Then(new CommentErased(Guid.Empty, Some.Noon, WasShown: true));
        var erased = new Comment().Evolve(Shown).Evolve(new CommentErased(Guid.Empty, Some.Noon, true));
        Assert.Equal(
            ("", "", "", null, CommentStatus.Deleted),
            (erased.Text, erased.Posted!.Text, erased.Posted.Author, erased.Posted.EditHash, erased.Status));
    }

    [Fact]
    public void What_was_taken_away_is_forgotten_too() =>
        Erasing(Shown, new CommentDeleted(Guid.Empty, Some.Noon, true)).Then(new CommentErased(Guid.Empty, Some.Noon, WasShown: false));

    [Fact]
    public void What_was_erased_is_not_erased_again() => Erasing(Shown, new CommentErased(Guid.Empty, Some.Noon, true)).ThenNothing();

    [Fact]
    public void What_is_not_there_is_not_erased() => Erasing().ThenNothing();

    private static Spec<Comment> Erasing(params object[] given) => Spec<Comment>.Given(given).When(new EraseComment(Some.Noon).Decide);
}
