using Articles.Publishing;
using Articles.Workflow;
using Kit;
using Platform.Web;
using Xunit;
using static Unit.Articles.A;
using static Unit.Articles.People;

namespace Unit.Articles;

public class RestoreArticleTests
{
    [Fact]
    public void Restoring_a_version_creates_a_new_draft() =>
        Spec<Article>.Given(new ArticleDrafted(Draft), new DraftRevised(Other))
            .When(new RestoreArticle(Draft, 1, Ann, FourEyes.None).Decide)
            .Then(new DraftRevised(Draft) { RestoredFrom = 1, By = "ann" });

    [Fact]
    public void Restoring_the_current_content_changes_nothing() =>
        Spec<Article>.Given(new ArticleDrafted(Draft)).When(new RestoreArticle(Draft, 1, Ann, FourEyes.None).Decide).ThenNothing();

    [Fact]
    public void An_author_cannot_restore_a_version_of_another_authors_article() =>
        Spec<Article>.Given(new ArticleDrafted(Draft) { By = "ann" }, new DraftRevised(Other) { By = "ann" })
            .When(new RestoreArticle(Draft, 1, Ben, FourEyes.None).Decide)
            .ThenThrows<Forbidden>("Authors");

    [Fact]
    public void Restoring_cancels_the_schedule_if_the_section_requires_two_persons() =>
        Spec<Article>.Given(new ArticleDrafted(Draft), new DraftRevised(Other), new ArticleScheduled(Later))
            .When(new RestoreArticle(Draft, 1, Ann, InNews).Decide)
            .Then(new DraftRevised(Draft) { RestoredFrom = 1, By = "ann" }, new ArticleUnscheduled());
}
