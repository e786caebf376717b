using Articles;
using Kit;
using Platform.EventSourcing;
using Xunit;
using static Unit.Articles.A;

namespace Unit.Articles;

public class ScheduleArticleTests
{
    private static readonly object[] Drafted = [new ArticleDrafted(Draft)];
    private static readonly object[] Scheduled = [.. Drafted, new ArticleScheduled(Noon)];
    private static readonly object[] Published = [.. Drafted, new ArticlePublished(Draft, Noon)];

    [Fact]
    public void A_draft_is_scheduled() =>
        Spec<Article>.Given(Drafted).When(new ScheduleArticle(Noon).Decide).Then(new ArticleScheduled(Noon));

    [Fact]
    public void Another_time_replaces_the_first() =>
        Spec<Article>.Given(Scheduled).When(new ScheduleArticle(Later).Decide).Then(new ArticleScheduled(Later));

    [Fact]
    public void What_readers_see_already_cannot_be_scheduled() =>
        Spec<Article>.Given(Published).When(new ScheduleArticle(Later).Decide).ThenRejected("nothing to schedule");

    [Fact]
    public void A_revision_can_be_scheduled() =>
        Spec<Article>.Given([.. Published, new DraftRevised(Other)])
            .When(new ScheduleArticle(Later).Decide)
            .Then(new ArticleScheduled(Later));

    [Fact]
    public void What_is_not_there_cannot_be_scheduled() =>
        Spec<Article>.Given().When(new ScheduleArticle(Noon).Decide).ThenThrows<NotFound>("no article");

    [Fact]
    public void An_appointment_is_taken_back() =>
        Spec<Article>.Given(Scheduled).When(new UnscheduleArticle().Decide).Then(new ArticleUnscheduled());

    [Fact]
    public void Without_an_appointment_there_is_nothing_to_take_back() =>
        Spec<Article>.Given(Drafted).When(new UnscheduleArticle().Decide).ThenNothing();

    [Fact]
    public void When_due_it_is_published_as_by_hand_dated_with_the_moment_it_was_due() =>
        Spec<Article>.Given(Scheduled).When(new PublishScheduled(Later).Decide).Then(new ArticlePublished(Draft, Noon));

    [Fact]
    public void What_was_changed_after_scheduling_is_published_as_changed() =>
        Spec<Article>.Given([.. Scheduled, new DraftRevised(Other)])
            .When(new PublishScheduled(Noon).Decide)
            .Then(new ArticlePublished(Other, Noon));

    [Fact]
    public void Before_it_is_due_nothing_happens() =>
        Spec<Article>.Given(Scheduled).When(new PublishScheduled(Noon.AddTicks(-1)).Decide).ThenNothing();

    [Fact]
    public void Published_by_hand_meanwhile_nothing_happens() =>
        Spec<Article>.Given([.. Scheduled, new ArticlePublished(Draft, Noon.AddHours(-1))])
            .When(new PublishScheduled(Later).Decide)
            .ThenNothing();

    [Fact]
    public void Unscheduled_meanwhile_nothing_happens() =>
        Spec<Article>.Given([.. Scheduled, new ArticleUnscheduled()]).When(new PublishScheduled(Later).Decide).ThenNothing();

    [Fact]
    public void A_retraction_takes_the_appointment_with_it() =>
        Spec<Article>.Given([.. Published, new DraftRevised(Other), new ArticleScheduled(Later), new ArticleRetracted("wrong", Noon)])
            .When(new PublishScheduled(Later).Decide)
            .ThenNothing();

    [Fact]
    public void A_due_revision_is_revised_and_its_appointment_is_over() =>
        Spec<Article>.Given([.. Published, new DraftRevised(Other), new ArticleScheduled(Later)])
            .When(new PublishScheduled(Later.AddDays(1)).Decide)
            .Then(new ArticleRevised(Other, Noon, Later), new ArticleUnscheduled());
}
