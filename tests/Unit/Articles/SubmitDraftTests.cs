using Articles.Publishing;
using Articles.Workflow;
using Kit;
using Platform.Web;
using Xunit;
using static Unit.Articles.A;
using static Unit.Articles.People;

namespace Unit.Articles;

public class SubmitDraftTests
{
    private static readonly ArticleDrafted ByBen = new(Draft) { By = "ben" };

    [Fact]
    public void An_author_submits_their_draft_for_review()
    {
        Spec<Article>.Given(ByBen).When(new SubmitDraft(Ben).Decide).Then(new DraftSubmitted());
        var after = Spec<Article>.Given(ByBen).When(new SubmitDraft(Ben).Decide).ThenEachTime(new DraftSubmitted());
        Assert.Equal(("draft", "inReview"), (after!.State, after.Stage));
    }

    [Fact]
    public void An_author_cannot_submit_the_draft_of_another_author() =>
        Spec<Article>.Given(new ArticleDrafted(Draft) { By = "ann" }).When(new SubmitDraft(Ben).Decide).ThenThrows<Forbidden>("Authors");

    [Fact]
    public void A_draft_that_passed_the_review_is_not_submitted_again() =>
        Spec<Article>.Given(ByBen, new DraftSubmitted(), new DraftApproved()).When(new SubmitDraft(Ben).Decide).ThenNothing();

    [Fact]
    public void Unchanged_content_cannot_be_submitted() =>
        Spec<Article>.Given(ByBen, new ArticlePublished(Draft, Noon)).When(new SubmitDraft(Ann).Decide).ThenRejected("nothing to review");

    [Fact]
    public void A_scheduled_draft_cannot_be_submitted() =>
        Spec<Article>.Given(ByBen, new ArticleScheduled(Noon)).When(new SubmitDraft(Ann).Decide).ThenRejected("scheduled");

    [Fact]
    public void An_unknown_article_cannot_be_submitted() =>
        Spec<Article>.Given().When(new SubmitDraft(Ann).Decide).ThenThrows<NotFound>("no article");
}
