using Comments;
using Kit;
using Platform.EventSourcing;
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
    public void The_text_is_changed_by_whoever_wrote_it() =>
        Editing("Very well said.", Hash, InTime, Shown)
            .Then(new CommentEdited(Guid.Empty, "Very well said.", InTime, null, WasShown: true));

    [Fact]
    public void The_same_text_changes_nothing() => Editing("Well said.", Hash, InTime, Shown).ThenNothing();

    [Fact]
    public void An_edited_text_is_judged_as_a_new_one() =>
        Spec<Comment>.Given(Shown).When(new EditComment(Hash, Links, InTime, Window) { Suspicion = "more than 2 links" }.Decide)
            .Then(new CommentEdited(Guid.Empty, Links, InTime, "more than 2 links", WasShown: true));

    [Fact]
    public void Where_all_is_seen_first_so_is_what_was_edited() =>
        Spec<Comment>.Given(Shown).When(new EditComment(Hash, "New.", InTime, Window) { Rules = new(ModerationMode.Pre) }.Decide)
            .Then(new CommentEdited(Guid.Empty, "New.", InTime, "comments are seen by moderators first here", WasShown: true));

    [Fact]
    public void What_is_held_stays_held_whatever_it_says_now()
    {
        var edited = new CommentEdited(Guid.Empty, "Well said indeed.", InTime, null, WasShown: false);
        Editing("Well said indeed.", Hash, InTime, Held).Then(edited);
        Assert.Equal(CommentStatus.Held, new Comment().Evolve(Held).Evolve(edited).Status);
    }

    [Fact]
    public void Another_token_changes_nothing() => Editing("Mine.", "4567", InTime, Shown).ThenThrows<Forbidden>("Edit-Token");

    [Fact]
    public void What_was_posted_without_a_token_is_nobodys_to_change() =>
        Editing("Mine.", Hash, InTime, Shown with { EditHash = null }).ThenThrows<Forbidden>("Edit-Token");

    [Fact]
    public void The_time_for_it_ends() => Editing("Too late.", Hash, Late, Shown).ThenRejected("time is over");

    [Fact]
    public void What_a_moderator_hid_cannot_be_changed() =>
        Editing("Again.", Hash, InTime, Shown, new CommentHidden(Guid.Empty, "rude", true)).ThenRejected("moderator");

    [Fact]
    public void What_is_not_there_cannot_be_changed() => Editing("x", Hash, InTime).ThenThrows<NotFound>("no comment");

    [Fact]
    public void What_was_deleted_cannot_be_changed() =>
        Editing("x", Hash, InTime, Shown, new CommentDeleted(Guid.Empty, Some.Noon, true)).ThenThrows<NotFound>("no comment");

    [Fact]
    public void Whoever_wrote_it_takes_it_away() =>
        Deleting(Hash, InTime, Shown).Then(new CommentDeleted(Guid.Empty, InTime, WasShown: true));

    [Fact]
    public void What_readers_never_saw_is_taken_away_unnoticed() =>
        Deleting(Hash, InTime, Held).Then(new CommentDeleted(Guid.Empty, InTime, WasShown: false));

    [Fact]
    public void Another_token_takes_nothing_away() => Deleting("4567", InTime, Shown).ThenThrows<Forbidden>("Edit-Token");

    [Fact]
    public void The_time_for_taking_it_away_ends_too() => Deleting(Hash, Late, Shown).ThenRejected("time is over");

    [Fact]
    public void A_moderator_does_not_bring_back_what_was_taken_away()
    {
        Spec<Comment>.Given(Shown, new CommentDeleted(Guid.Empty, InTime, true))
            .When(new ApproveComment().Decide)
            .ThenRejected("took it away");
        Spec<Comment>.Given(Shown, new CommentDeleted(Guid.Empty, InTime, true)).When(new HideComment("rude").Decide).ThenNothing();
    }

    private static Spec<Comment> Editing(string text, string hash, DateTimeOffset now, params object[] given) =>
        Spec<Comment>.Given(given).When(new EditComment(hash, text, now, Window).Decide);

    private static Spec<Comment> Deleting(string hash, DateTimeOffset now, params object[] given) =>
        Spec<Comment>.Given(given).When(new DeleteComment(hash, now, Window).Decide);
}
