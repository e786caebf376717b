using Comments.Threads;
using Kit;
using Platform.Contracts.Articles;
using Xunit;

namespace Unit.Comments;

public class WhenArticlePublishedTests
{
    [Fact]
    public void A_published_article_opens_its_discussion() =>
        Spec<ArticleCopy>.Given().When(c => WhenArticlePublished.Decide(Messages.Published(2), c)).Then(Messages.Seen(2));

    [Fact]
    public void An_article_that_is_published_again_reopens_its_discussion() =>
        Spec<ArticleCopy>.Given(new ArticleSeen(3, true))
            .When(c => WhenArticlePublished.Decide(Messages.Published(4), c))
            .Then(Messages.Seen(4));

    [Theory]
    [InlineData(3)]
    [InlineData(2)]
    public void A_version_that_is_not_newer_changes_nothing(long version) =>
        Spec<ArticleCopy>.Given(Messages.Seen(3)).When(c => WhenArticlePublished.Decide(Messages.Published(version), c)).ThenNothing();

    [Fact]
    public void A_known_version_is_applied_again_if_its_details_are_missing() =>
        Spec<ArticleCopy>.Given(new ArticleSeen(3, false))
            .When(c => WhenArticlePublished.Decide(Messages.Published(3), c))
            .Then(Messages.Seen(3));
}

public class WhenArticleRevisedTests
{
    [Fact]
    public void A_revision_updates_the_section_and_the_titles() =>
        Assert.Equal(
            ("analytics", "New"),
            Spec<ArticleCopy>.Given(Messages.Seen(2)).When(c => WhenArticleRevised.Decide(Messages.Revised(3), c))
                .ThenEachTime(new ArticleSeen(3, false)
                {
                    Section = "analytics",
                    PublishedAt = Some.Noon,
                    Headings = new() { ["en"] = new("New", "new") },
                }) is { } copy
                    ? (copy.Section, copy.FirstHeading()!.Value.Heading.Title)
                    : default);

    [Fact]
    public void A_revision_that_arrives_after_the_retraction_only_adds_the_missing_details() =>
        Spec<ArticleCopy>.Given(Messages.Seen(2), new ArticleSeen(4, true)).When(c => WhenArticleRevised.Decide(Messages.Revised(3), c))
            .Then(new ArticleSeen(4, true)
            {
                Section = "analytics",
                PublishedAt = Some.Noon,
                Headings = new() { ["en"] = new("New", "new") },
                DetailsOf = 3,
            });

    [Fact]
    public void A_publication_that_is_older_than_the_known_details_changes_nothing() =>
        Spec<ArticleCopy>.Given(Messages.Seen(3), new ArticleSeen(4, true))
            .When(c => WhenArticlePublished.Decide(Messages.Published(2), c))
            .ThenNothing();
}

public class WhenArticleRetractedTests
{
    [Fact]
    public void A_retracted_article_closes_its_discussion() =>
        Spec<ArticleCopy>.Given(new ArticleSeen(2, false))
            .When(c => WhenArticleRetracted.Decide(Messages.Retracted(3), c))
            .Then(new ArticleSeen(3, true));

    [Fact]
    public void A_retraction_that_arrives_first_closes_the_discussion() =>
        Spec<ArticleCopy>.Given().When(c => WhenArticleRetracted.Decide(Messages.Retracted(3), c)).Then(new ArticleSeen(3, true));

    [Theory]
    [InlineData(4)]
    [InlineData(3)]
    public void A_version_that_is_not_newer_changes_nothing(long version) =>
        Spec<ArticleCopy>.Given(new ArticleSeen(4, false))
            .When(c => WhenArticleRetracted.Decide(Messages.Retracted(version), c))
            .ThenNothing();

    [Fact]
    public void The_newest_version_wins_for_any_order_and_repetition_of_messages()
    {
        foreach (var random in Some.Seeds())
        {
            var messages = Enumerable.Range(1, 10)
                .Select(v => random.Next(2) == 0 ? (object)Messages.Published(v) : Messages.Retracted(v))
                .ToArray();
            var end = random.Redelivered(messages).Aggregate((ArticleCopy?)null, (state, message) =>
                Decide(message, state).Aggregate(state, (s, e) => (s ?? new()).Evolve(e)));
            var published = messages.OfType<ArticlePublished>().Select(m => m.StreamVersion).DefaultIfEmpty().Max();
            Assert.Equal((10, messages[^1] is ArticleRetracted, published), (end!.ArticleVersion, end.Retracted, end.DetailsVersion));
        }
    }

    private static IEnumerable<object> Decide(object message, ArticleCopy? copy) =>
        message is ArticlePublished published
            ? WhenArticlePublished.Decide(published, copy)
            : WhenArticleRetracted.Decide((ArticleRetracted)message, copy);
}

internal static class Messages
{
    public static ArticlePublished Published(long version) =>
        new(Guid.Empty, "article", version, Some.Noon, Guid.Empty, "news", [], Some.Noon, new Dictionary<string, ArticleText>());

    public static ArticleSeen Seen(long version) => new(version, false) { Section = "news", PublishedAt = Some.Noon, Headings = [] };

    public static ArticleRevised Revised(long version) =>
        new(
            Guid.Empty,
            "article",
            version,
            Some.Noon,
            Guid.Empty,
            "analytics",
            [],
            Some.Noon,
            new Dictionary<string, ArticleText> { ["en"] = new("New", "Lead", "new", "") });

    public static ArticleRetracted Retracted(long version) => new(Guid.Empty, "article", version, Some.Noon, Guid.Empty, "wrong");
}
