using Comments.People;
using Comments.Posting;
using Kit;
using Xunit;

namespace Unit.Comments;

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
