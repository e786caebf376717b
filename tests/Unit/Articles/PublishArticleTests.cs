using Articles.Publishing;
using Kit;
using Platform.Web;
using Xunit;
using static Unit.Articles.Contents;

namespace Unit.Articles;

public class PublishArticleTests
{
    private static readonly DateTimeOffset Noon = Some.Noon, Later = Noon.AddHours(1);

    [Fact]
    public void A_draft_is_published() =>
        Spec<Article>.Given(new ArticleDrafted(Draft)).When(new PublishArticle(Noon, null).Decide).Then(new ArticlePublished(Draft, Noon));

    [Fact]
    public void A_publication_date_in_the_past_is_kept() =>
        Spec<Article>.Given(new ArticleDrafted(Draft))
            .When(new PublishArticle(Noon, Noon.AddYears(-7)).Decide)
            .Then(new ArticlePublished(Draft, Noon.AddYears(-7)));

    [Fact]
    public void A_changed_draft_of_a_published_article_is_a_revision() =>
        Spec<Article>.Given(new ArticleDrafted(Draft), new ArticlePublished(Draft, Noon), new DraftRevised(Other))
            .When(new PublishArticle(Noon.AddHours(1), null).Decide).Then(new ArticleRevised(Other, Noon, Noon.AddHours(1)));

    [Fact]
    public void Publishing_an_unchanged_article_changes_nothing() =>
        Spec<Article>.Given(new ArticleDrafted(Draft), new ArticlePublished(Draft, Noon))
            .When(new PublishArticle(Noon, null).Decide)
            .ThenNothing();

    [Fact]
    public void A_retracted_article_is_published_again_with_its_first_publication_date() =>
        Spec<Article>.Given(new ArticleDrafted(Draft), new ArticlePublished(Draft, Noon), new ArticleRetracted("wrong", Noon))
            .When(new PublishArticle(Noon.AddDays(1), null).Decide).Then(new ArticlePublished(Draft, Noon));

    [Fact]
    public void An_unknown_article_cannot_be_published() =>
        Spec<Article>.Given().When(new PublishArticle(Noon, null).Decide).ThenThrows<NotFound>("no article");

    [Fact]
    public void A_revision_may_have_a_note_about_what_it_corrects() =>
        Spec<Article>.Given(new ArticleDrafted(Draft), new ArticlePublished(Draft, Noon), new DraftRevised(Other))
            .When(new PublishArticle(Later, null, "The date was wrong.").Decide)
            .Then(new ArticleRevised(Other, Noon, Later) { Correction = new("The date was wrong.", Later) });
}
