using Comments.Moderation;
using Comments.Posting;
using Comments.Threads;
using Kit;
using Xunit;

namespace Unit.Comments;

public class DiscussionTests
{
    private static readonly Guid Article = Some.Id();
    private static readonly CommentPosted Shown = new(Article, null, "Ann", "Well said.", Some.Noon, null);

    public static TheoryData<object, int> Changes { get; } = new()
    {
        { Shown, 1 },
        { Shown with { HeldBecause = "links" }, 0 },
        { new CommentApproved(Article), 1 },
        { new CommentHidden(Article, "rude", WasShown: true), -1 },
        { new CommentHidden(Article, "rude", WasShown: false), 0 },
        { new ArticleSeen(1, false), 0 },
        { "something new", 0 },
    };

    [Theory]
    [MemberData(nameof(Changes), DisableDiscoveryEnumeration = true)]
    public void Only_visible_comments_are_counted(object @event, int change) =>
        Assert.Equal((change == 0 ? Guid.Empty : Article, change), DiscussionProjection.Change(@event));

    [Fact]
    public void After_any_decisions_the_count_equals_the_number_of_visible_comments()
    {
        foreach (var random in Some.Seeds())
        {
            var (state, count) = (new Comment().Evolve(Shown with { HeldBecause = random.Next(2) == 0 ? null : "links" }), 0);
            count = DiscussionProjection.Change(state.Posted!).Change;
            for (var i = 0; i < 8; i++)
            {
                foreach (var e in random.Next(2) == 0 ? new ApproveComment().Decide(state) : new HideComment("rude").Decide(state))
                    (state, count) = (state.Evolve(e), count + DiscussionProjection.Change(e).Change);
                Assert.Equal(state.Status == CommentStatus.Shown ? 1 : 0, count);
            }
        }
    }
}
