using Articles.Publishing;
using Kit;
using Platform.Web;
using Xunit;
using static Unit.Articles.Contents;

namespace Unit.Articles;

public class RetractArticleTests
{
    private static readonly RetractArticle Retract = new("It was wrong.", Some.Noon);

    [Fact]
    public void A_published_article_is_retracted() =>
        Spec<Article>.Given(new ArticleDrafted(Draft), new ArticlePublished(Draft, Some.Noon))
            .When(Retract.Decide)
            .Then(new ArticleRetracted("It was wrong.", Some.Noon));

    [Fact]
    public void Retracting_twice_keeps_the_first_note() =>
        Spec<Article>.Given(new ArticleDrafted(Draft), new ArticlePublished(Draft, Some.Noon), new ArticleRetracted("First.", Some.Noon))
            .When(Retract.Decide)
            .ThenNothing();

    [Fact]
    public void A_draft_cannot_be_retracted() =>
        Spec<Article>.Given(new ArticleDrafted(Draft)).When(Retract.Decide).ThenRejected("never published");

    [Fact]
    public void An_unknown_article_cannot_be_retracted() =>
        Spec<Article>.Given().When(Retract.Decide).ThenThrows<NotFound>("no article");
}
