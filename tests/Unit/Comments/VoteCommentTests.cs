using Comments;
using Kit;
using Platform.EventSourcing;
using Xunit;

namespace Unit.Comments;

public class VoteCommentTests
{
    private static readonly Guid Id = new("01900000-0000-7000-8000-000000000001");
    private static readonly CommentView Shown = new() { Status = CommentStatus.Shown };

    [Fact]
    public void A_vote_is_cast() => Voting(1).Then(new VoteCast(Id, 1, 0));

    [Fact]
    public void A_vote_replaces_the_last_one() => Voting(-1, Shown, new VoteCast(Id, 1, 0)).Then(new VoteCast(Id, -1, 1));

    [Fact]
    public void A_vote_is_taken_back() => Voting(0, Shown, new VoteCast(Id, 1, 0)).Then(new VoteCast(Id, 0, 1));

    [Fact]
    public void Voting_the_same_twice_counts_once() => Voting(1, Shown, new VoteCast(Id, 1, 0)).ThenNothing();

    [Fact]
    public void There_is_nothing_to_take_back_from_who_has_not_voted() => Voting(0).ThenNothing();

    public static TheoryData<CommentView> Unseen { get; } =
    [
        Shown with { Status = CommentStatus.Held },
        Shown with { Status = CommentStatus.Hidden },
    ];

    [Theory]
    [MemberData(nameof(Unseen), DisableDiscoveryEnumeration = true)]
    public void Nobody_votes_on_what_readers_do_not_see(CommentView comment) => Voting(1, comment).ThenThrows<NotFound>("no comment");

    [Fact]
    public void Nobody_votes_on_what_is_not_there() =>
        Spec<Vote>.Given().When(v => new VoteComment(Id, 1).Decide(v, null)).ThenThrows<NotFound>("no comment");

    [Fact]
    public void Each_visitor_has_a_vote_of_their_own_on_each_comment()
    {
        Guid[] ids = [Some.Id(), Some.Id(), Some.Id()];
        Assert.Equal(9, ids.SelectMany(_ => ids, Streams.Vote).Distinct().Count());
        Assert.Equal(Streams.Vote(ids[0], ids[1]), Streams.Vote(ids[0], ids[1]));
    }

    private static Spec<Vote> Voting(int value, CommentView? comment = null, params object[] given) =>
        Spec<Vote>.Given(given).When(v => new VoteComment(Id, value).Decide(v, comment ?? Shown));
}
