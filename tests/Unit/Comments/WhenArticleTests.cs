using Comments;
using Kit;
using Platform.Contracts.Articles;
using Xunit;

namespace Unit.Comments;

public class WhenArticlePublishedTests
{
    [Fact]
    public void A_published_article_opens_its_discussion() => Spec<ArticleCopy>.Given().When(c => WhenArticlePublished.Decide(Messages.Published(2), c)).Then(new ArticleSeen(2, false));

    [Fact]
    public void An_article_published_again_opens_it_again() =>
        Spec<ArticleCopy>.Given(new ArticleSeen(3, true)).When(c => WhenArticlePublished.Decide(Messages.Published(4), c)).Then(new ArticleSeen(4, false));

    [Theory]
    [InlineData(3)]
    [InlineData(2)]
    public void A_version_seen_or_older_changes_nothing(long version) =>
        Spec<ArticleCopy>.Given(new ArticleSeen(3, true)).When(c => WhenArticlePublished.Decide(Messages.Published(version), c)).ThenNothing();
}

public class WhenArticleRetractedTests
{
    [Fact]
    public void A_retracted_article_closes_its_discussion() =>
        Spec<ArticleCopy>.Given(new ArticleSeen(2, false)).When(c => WhenArticleRetracted.Decide(Messages.Retracted(3), c)).Then(new ArticleSeen(3, true));

    [Fact]
    public void A_retraction_that_comes_first_closes_it_all_the_same() =>
        Spec<ArticleCopy>.Given().When(c => WhenArticleRetracted.Decide(Messages.Retracted(3), c)).Then(new ArticleSeen(3, true));

    [Theory]
    [InlineData(4)]
    [InlineData(3)]
    public void A_version_seen_or_older_changes_nothing(long version) =>
        Spec<ArticleCopy>.Given(new ArticleSeen(4, false)).When(c => WhenArticleRetracted.Decide(Messages.Retracted(version), c)).ThenNothing();

    [Fact]
    public void Whatever_the_order_and_the_repetitions_the_newest_fact_stays()
    {
        foreach (var random in Some.Seeds())
        {
            var messages = Enumerable.Range(1, 10).Select(v => random.Next(2) == 0 ? (object)Messages.Published(v) : Messages.Retracted(v)).ToArray();
            var end = random.Redelivered(messages).Aggregate((ArticleCopy?)null, (state, message) =>
                Decide(message, state).Aggregate(state, (s, e) => (s ?? new()).Evolve(e)));
            Assert.Equal((10, messages[^1] is ArticleRetracted), (end!.ArticleVersion, end.Retracted));
        }
    }

    private static IEnumerable<object> Decide(object message, ArticleCopy? copy) =>
        message is ArticlePublished published ? WhenArticlePublished.Decide(published, copy) : WhenArticleRetracted.Decide((ArticleRetracted)message, copy);
}

internal static class Messages
{
    public static ArticlePublished Published(long version) => new(Guid.Empty, "article", version, Some.Noon, Guid.Empty, "news", [], Some.Noon, new Dictionary<string, ArticleText>());

    public static ArticleRetracted Retracted(long version) => new(Guid.Empty, "article", version, Some.Noon, Guid.Empty, "wrong");
}
