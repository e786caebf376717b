using Articles.Publishing;
using Articles.Workflow;
using Kit;
using Platform.Web;
using Xunit;
using static Unit.Articles.A;
using static Unit.Articles.People;

namespace Unit.Articles;

public class ApproveDraftTests
{
    private static readonly object[] Submitted = [new ArticleDrafted(Draft) { By = "ann" }, new DraftSubmitted()];

    [Fact]
    public void A_draft_in_review_is_approved()
    {
        Spec<Article>.Given(Submitted).When(new ApproveDraft(Pia, FourEyes.None).Decide).Then(new DraftApproved());
        var after = Spec<Article>.Given(Submitted).When(new ApproveDraft(Pia, FourEyes.None).Decide).ThenEachTime(new DraftApproved());
        Assert.Equal("ready", after!.Stage);
    }

    [Fact]
    public void A_draft_is_approved_without_being_submitted_first() =>
        Spec<Article>.Given(Submitted[..1]).When(new ApproveDraft(Ann, FourEyes.None).Decide).Then(new DraftApproved());

    [Fact]
    public void The_author_of_the_last_change_cannot_approve_it_in_a_section_that_requires_two_persons()
    {
        Spec<Article>.Given(Submitted).When(new ApproveDraft(Ann, InNews).Decide).ThenThrows<SecondPersonRequired>("two persons");
        Spec<Article>.Given(Submitted).When(new ApproveDraft(Eve, InNews).Decide).Then(new DraftApproved());
    }

    [Fact]
    public void Unchanged_content_cannot_be_approved() =>
        Spec<Article>.Given([.. Submitted, new ArticlePublished(Draft, Noon)])
            .When(new ApproveDraft(Pia, FourEyes.None).Decide)
            .ThenRejected("nothing to approve");

    [Fact]
    public void A_scheduled_draft_cannot_be_approved() =>
        Spec<Article>.Given([.. Submitted, new ArticleScheduled(Noon)])
            .When(new ApproveDraft(Pia, FourEyes.None).Decide)
            .ThenRejected("scheduled");

    [Fact]
    public void An_unknown_article_cannot_be_approved() =>
        Spec<Article>.Given().When(new ApproveDraft(Pia, FourEyes.None).Decide).ThenThrows<NotFound>("no article");
}
