using Articles.Featured;
using Kit;
using Xunit;

namespace Unit.Articles;

public class FeatureArticleTests
{
    private static readonly Guid First = Some.Id(), Second = Some.Id(), Third = Some.Id();
    private static readonly object[] Pinned = [new ArticlePinned(First, 0), new ArticlePinned(Second, 0), new ArticlePinned(Third, 2)];

    [Fact]
    public void A_featured_article_can_be_moved()
    {
        Spec<FeaturedArticles>.Given(Pinned).When(new FeatureArticle(Third, 0).Decide).Then(new ArticleMoved(Third, 0));
        Spec<FeaturedArticles>.Given(Pinned).When(new FeatureArticle(First, 9).Decide).Then(new ArticleMoved(First, 2));
    }

    [Fact]
    public void Featuring_an_article_at_its_position_or_without_one_changes_nothing()
    {
        Spec<FeaturedArticles>.Given(Pinned).When(new FeatureArticle(Second, 0).Decide).ThenNothing();
        Spec<FeaturedArticles>.Given(Pinned).When(new FeatureArticle(Second, null).Decide).ThenNothing();
    }

    [Fact]
    public void At_most_twenty_articles_can_be_featured() =>
        Spec<FeaturedArticles>.Given([.. Enumerable.Range(0, 20).Select(i => new ArticlePinned(Guid.CreateVersion7(), i))])
            .When(new FeatureArticle(Guid.CreateVersion7(), null).Decide)
            .ThenRejected("20 articles");
}
