using Comments.Moderation;
using Comments.Posting;
using Kit;
using Platform.Web;
using Xunit;

namespace Unit.Comments;

public class FlagCommentTests
{
    private static readonly Guid Id = new("01900000-0000-7000-8000-000000000001");
    private static readonly CommentView Shown = new() { Status = CommentStatus.Shown };

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

    private static Spec<Flag> Flagging(FlagReason reason, CommentView? comment, params object[] given) =>
        Spec<Flag>.Given(given).When(f => new FlagComment(Id, reason, Some.Noon).Decide(f, comment));
}
