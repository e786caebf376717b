using Articles.Publishing;
using Articles.Workflow;
using Kit;
using Platform.Web;
using Xunit;
using static Unit.Articles.A;
using static Unit.Articles.People;

namespace Unit.Articles;

public class ReturnDraftTests
{
    private static readonly object[] Submitted = [new ArticleDrafted(Draft) { By = "ben" }, new DraftSubmitted()];

    [Fact]
    public void A_reviewer_returns_a_draft_with_a_note()
    {
        var command = new ReturnDraft(Pia, "Name the source.");
        Spec<Article>.Given(Submitted).When(command.Decide).Then(new DraftReturned("Name the source."));
        var after = Spec<Article>.Given(Submitted).When(command.Decide).ThenEachTime(new DraftReturned("Name the source."));
        Assert.Equal(("draft", "Name the source."), (after!.Stage, after.ReturnNote));
        Assert.Null(after.Evolve(new DraftSubmitted()).ReturnNote);
    }

    [Fact]
    public void An_author_withdraws_their_own_draft_and_no_other()
    {
        Spec<Article>.Given(Submitted).When(new ReturnDraft(Ben, null).Decide).Then(new DraftReturned(null));
        Spec<Article>.Given([new ArticleDrafted(Draft) { By = "ann" }, new DraftSubmitted()])
            .When(new ReturnDraft(Ben, null).Decide)
            .ThenThrows<Forbidden>("Authors");
    }

    [Fact]
    public void A_draft_that_is_not_in_review_stays_as_it_is() =>
        Spec<Article>.Given(Submitted[..1]).When(new ReturnDraft(Pia, "Why?").Decide).ThenNothing();

    [Fact]
    public void A_scheduled_draft_cannot_be_returned() =>
        Spec<Article>.Given([.. Submitted, new ArticleScheduled(Noon)]).When(new ReturnDraft(Pia, null).Decide).ThenRejected("scheduled");

    [Fact]
    public void An_unknown_article_cannot_be_returned() =>
        Spec<Article>.Given().When(new ReturnDraft(Pia, null).Decide).ThenThrows<NotFound>("no article");
}
