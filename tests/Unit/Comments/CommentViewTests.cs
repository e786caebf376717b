using Comments;
using Comments.Posting;
using Kit;
using Xunit;

namespace Unit.Comments;

public class CommentViewTests
{
    private static readonly CommentPosted Posted = new(Some.Id(), Some.Id(), "Ann", "Well said.", Some.Noon, null);

    [Fact]
    public void A_posted_comment_is_shown_unchanged()
    {
        var view = View(Posted);
        Assert.Equal(
            (Posted.ArticleId, Posted.ParentId, "Ann", "Well said.", Some.Noon),
            (view.ArticleId, view.ParentId, view.Author, view.Text, view.PostedAt));
        Assert.Equal((CommentStatus.Shown, null), (view.Status, view.Reason));
    }

    [Fact]
    public void A_held_comment_has_the_reason_for_holding_it() =>
        Assert.Equal((CommentStatus.Held, "links"), StatusOf(Posted with { HeldBecause = "links" }));

    [Fact]
    public void A_hidden_comment_has_the_reason_for_hiding_it() =>
        Assert.Equal((CommentStatus.Hidden, "rude"), StatusOf(Posted, new CommentHidden(Posted.ArticleId, "rude", true)));

    [Fact]
    public void Approving_a_comment_clears_the_reason() =>
        Assert.Equal((CommentStatus.Shown, null), StatusOf(Posted with { HeldBecause = "links" }, new CommentApproved(Posted.ArticleId)));

    [Fact]
    public void View_and_state_have_the_same_status_after_any_history()
    {
        object[] events =
        [
            Posted,
            Posted with { HeldBecause = "links" },
            new CommentApproved(Posted.ArticleId),
            new CommentHidden(Posted.ArticleId, "rude", true),
        ];
        foreach (var random in Some.Seeds())
        {
            object[] history = [events[random.Next(2)], .. random.GetItems(events[2..], random.Next(6))];
            Assert.Equal(history.Aggregate(new Comment(), (state, e) => state.Evolve(e)).Status, View(history).Status);
        }
    }

    private static (CommentStatus, string?) StatusOf(params object[] events) =>
        View(events) is var view ? (view.Status, view.Reason) : default;

    private static CommentView View(params object[] events) =>
        Streamed.Fold<CommentView>(new CommentViewProjection().Evolve, Streams.Comment(Some.Id()), events)!;
}
