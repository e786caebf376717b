using Articles.Publishing;
using Articles.Workflow;
using Kit;
using Platform.Web;
using Xunit;
using static Unit.Articles.A;
using static Unit.Articles.People;

namespace Unit.Articles;

public class ScheduleArticleTests
{
    private static readonly object[] Drafted = [new ArticleDrafted(Draft)];
    private static readonly object[] Scheduled = [.. Drafted, new ArticleScheduled(Noon)];
    private static readonly object[] Published = [.. Drafted, new ArticlePublished(Draft, Noon)];

    [Fact]
    public void A_draft_is_scheduled() =>
        Spec<Article>.Given(Drafted).When(new ScheduleArticle(Noon, Ann, FourEyes.None).Decide).Then(new ArticleScheduled(Noon));

    [Fact]
    public void Scheduling_again_replaces_the_time() =>
        Spec<Article>.Given(Scheduled).When(new ScheduleArticle(Later, Ann, FourEyes.None).Decide).Then(new ArticleScheduled(Later));

    [Fact]
    public void An_unchanged_article_cannot_be_scheduled() =>
        Spec<Article>.Given(Published).When(new ScheduleArticle(Later, Ann, FourEyes.None).Decide).ThenRejected("nothing to schedule");

    [Fact]
    public void A_revision_can_be_scheduled() =>
        Spec<Article>.Given([.. Published, new DraftRevised(Other)])
            .When(new ScheduleArticle(Later, Ann, FourEyes.None).Decide)
            .Then(new ArticleScheduled(Later));

    [Fact]
    public void The_author_of_the_last_change_cannot_schedule_it_in_a_section_that_requires_two_persons()
    {
        var written = new ArticleDrafted(Draft) { By = "ann" };
        Spec<Article>.Given(written).When(new ScheduleArticle(Noon, Ann, InNews).Decide).ThenThrows<SecondPersonRequired>("two persons");
        Spec<Article>.Given(written).When(new ScheduleArticle(Noon, Eve, InNews).Decide).Then(new ArticleScheduled(Noon));
    }

    [Fact]
    public void An_unknown_article_cannot_be_scheduled() =>
        Spec<Article>.Given().When(new ScheduleArticle(Noon, Ann, FourEyes.None).Decide).ThenThrows<NotFound>("no article");
}
