using Comments;
using Comments.Posting;
using Kit;
using Platform.Web;
using Xunit;

namespace Unit.Comments;

public class VoteCommentTests
{
    private static readonly Guid Id = new("01900000-0000-7000-8000-000000000001");
    private static readonly CommentView Shown = new() { Status = CommentStatus.Shown };

    [Fact]
    public void A_visitor_can_vote() => Voting(1).Then(new VoteCast(Id, 1, 0));

    [Fact]
    public void A_new_vote_replaces_the_previous_one() => Voting(-1, Shown, new VoteCast(Id, 1, 0)).Then(new VoteCast(Id, -1, 1));

    [Fact]
    public void A_vote_can_be_withdrawn() => Voting(0, Shown, new VoteCast(Id, 1, 0)).Then(new VoteCast(Id, 0, 1));

    [Fact]
    public void Repeating_a_vote_changes_nothing() => Voting(1, Shown, new VoteCast(Id, 1, 0)).ThenNothing();

    [Fact]
    public void Withdrawing_a_vote_that_does_not_exist_changes_nothing() => Voting(0).ThenNothing();

    public static TheoryData<CommentView> NotVisible { get; } =
    [
        Shown with { Status = CommentStatus.Held },
        Shown with { Status = CommentStatus.Hidden },
    ];

    [Theory]
    [MemberData(nameof(NotVisible), DisableDiscoveryEnumeration = true)]
    public void A_comment_that_is_not_visible_cannot_be_voted_on(CommentView comment) =>
        Voting(1, comment).ThenThrows<NotFound>("no comment");

    [Fact]
    public void A_comment_that_does_not_exist_cannot_be_voted_on() =>
        Spec<Vote>.Given().When(v => new VoteComment(Id, 1).Decide(v, null)).ThenThrows<NotFound>("no comment");

    [Fact]
    public void Each_visitor_has_one_vote_on_each_comment()
    {
        Guid[] ids = [Some.Id(), Some.Id(), Some.Id()];
        Assert.Equal(9, ids.SelectMany(_ => ids, Streams.Vote).Distinct().Count());
        Assert.Equal(Streams.Vote(ids[0], ids[1]), Streams.Vote(ids[0], ids[1]));
    }

    private static Spec<Vote> Voting(int value, CommentView? comment = null, params object[] given) =>
        Spec<Vote>.Given(given).When(v => new VoteComment(Id, value).Decide(v, comment ?? Shown));
}
