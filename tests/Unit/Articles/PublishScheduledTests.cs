using Articles.Publishing;
using Kit;
using Xunit;
using static Unit.Articles.A;

namespace Unit.Articles;

public class PublishScheduledTests
{
    private static readonly object[] Drafted = [new ArticleDrafted(Draft)];
    private static readonly object[] Scheduled = [.. Drafted, new ArticleScheduled(Noon)];
    private static readonly object[] Published = [.. Drafted, new ArticlePublished(Draft, Noon)];

    [Fact]
    public void A_due_article_is_published_with_its_scheduled_time_as_publication_date() =>
        Spec<Article>.Given(Scheduled).When(new PublishScheduled(Later).Decide).Then(new ArticlePublished(Draft, Noon));

    [Fact]
    public void A_draft_that_was_changed_after_scheduling_is_published_with_the_changes() =>
        Spec<Article>.Given([.. Scheduled, new DraftRevised(Other)])
            .When(new PublishScheduled(Noon).Decide)
            .Then(new ArticlePublished(Other, Noon));

    [Fact]
    public void An_article_is_not_published_before_it_is_due() =>
        Spec<Article>.Given(Scheduled).When(new PublishScheduled(Noon.AddTicks(-1)).Decide).ThenNothing();

    [Fact]
    public void An_article_that_an_editor_has_published_is_not_published_again_when_due() =>
        Spec<Article>.Given([.. Scheduled, new ArticlePublished(Draft, Noon.AddHours(-1))])
            .When(new PublishScheduled(Later).Decide)
            .ThenNothing();

    [Fact]
    public void An_unscheduled_article_is_not_published() =>
        Spec<Article>.Given([.. Scheduled, new ArticleUnscheduled()]).When(new PublishScheduled(Later).Decide).ThenNothing();

    [Fact]
    public void A_retraction_cancels_the_schedule() =>
        Spec<Article>.Given([.. Published, new DraftRevised(Other), new ArticleScheduled(Later), new ArticleRetracted("wrong", Noon)])
            .When(new PublishScheduled(Later).Decide)
            .ThenNothing();

    [Fact]
    public void A_due_revision_is_published_and_no_longer_scheduled() =>
        Spec<Article>.Given([.. Published, new DraftRevised(Other), new ArticleScheduled(Later)])
            .When(new PublishScheduled(Later.AddDays(1)).Decide)
            .Then(new ArticleRevised(Other, Noon, Later), new ArticleUnscheduled());
}
