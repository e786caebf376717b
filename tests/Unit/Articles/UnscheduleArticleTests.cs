using Articles.Publishing;
using Kit;
using Xunit;
using static Unit.Articles.A;

namespace Unit.Articles;

public class UnscheduleArticleTests
{
    private static readonly object[] Drafted = [new ArticleDrafted(Draft)];
    private static readonly object[] Scheduled = [.. Drafted, new ArticleScheduled(Noon)];

    [Fact]
    public void A_schedule_can_be_cancelled() =>
        Spec<Article>.Given(Scheduled).When(new UnscheduleArticle().Decide).Then(new ArticleUnscheduled());

    [Fact]
    public void Unscheduling_an_article_that_is_not_scheduled_changes_nothing() =>
        Spec<Article>.Given(Drafted).When(new UnscheduleArticle().Decide).ThenNothing();
}
