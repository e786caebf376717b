using Articles.Featured;
using Kit;
using Xunit;

namespace Unit.Articles;

public class UnfeatureArticleTests
{
    private static readonly Guid First = Some.Id(), Second = Some.Id(), Third = Some.Id();
    private static readonly object[] Pinned = [new ArticlePinned(First, 0), new ArticlePinned(Second, 0), new ArticlePinned(Third, 2)];

    [Fact]
    public void A_featured_article_can_be_removed() =>
        Spec<FeaturedArticles>.Given(Pinned).When(new UnfeatureArticle(First).Decide).Then(new ArticleUnpinned(First));

    [Fact]
    public void Removing_an_article_that_is_not_featured_changes_nothing() =>
        Spec<FeaturedArticles>.Given(Pinned).When(new UnfeatureArticle(Some.Id()).Decide).ThenNothing();

    [Fact]
    public void Featuring_moving_and_unfeaturing_define_the_order()
    {
        var order = Pinned.Append(new ArticleMoved(Third, 0))
            .Append(new ArticleUnpinned(Second))
            .Aggregate(new FeaturedArticles(), (f, e) => f.Evolve(e));
        Assert.Equal([Third, First], order.Articles);
    }
}
