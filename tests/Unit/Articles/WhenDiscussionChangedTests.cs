using Articles.Reading;
using Kit;
using Platform.Contracts.Comments;
using Xunit;

namespace Unit.Articles;

public class WhenDiscussionChangedTests
{
    [Fact]
    public void A_newer_count_is_stored() =>
        Spec<ArticleDiscussion>.Given(new DiscussionCounted(3, 4))
            .When(d => WhenDiscussionChanged.Decide(Changed(5, 2), d))
            .Then(new DiscussionCounted(2, 5));

    [Fact]
    public void The_first_count_is_stored() =>
        Spec<ArticleDiscussion>.Given().When(d => WhenDiscussionChanged.Decide(Changed(1, 1), d)).Then(new DiscussionCounted(1, 1));

    [Theory]
    [InlineData(4)]
    [InlineData(3)]
    public void A_version_that_was_seen_or_is_older_changes_nothing(long version) =>
        Spec<ArticleDiscussion>.Given(new DiscussionCounted(3, 4))
            .When(d => WhenDiscussionChanged.Decide(Changed(version, 9), d))
            .ThenNothing();

    [Fact]
    public void The_newest_count_wins_for_any_order_and_repetition_of_messages()
    {
        foreach (var random in Some.Seeds())
        {
            var messages = Enumerable.Range(1, 12).Select(version => Changed(version, random.Next(50))).ToArray();
            var end = random.Redelivered(messages).Aggregate((ArticleDiscussion?)null, (state, message) =>
                WhenDiscussionChanged.Decide(message, state).Aggregate(state, (s, e) => (s ?? new()).Evolve(e)));
            Assert.Equal((12, messages[^1].Comments), (end!.DiscussionVersion, end.Comments));
        }
    }

    private static DiscussionChanged Changed(long version, int comments) =>
        new(Guid.Empty, "discussion", version, Some.Noon, Guid.Empty, comments);
}
