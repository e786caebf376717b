using Articles.Publishing;
using Articles.Workflow;
using Kit;
using Platform.Web;
using Xunit;
using static Unit.Articles.Contents;
using static Unit.Articles.People;

namespace Unit.Articles;

public class PublishArticleTests
{
    private static readonly DateTimeOffset Noon = Some.Noon, Later = Noon.AddHours(1);

    [Fact]
    public void A_draft_is_published() =>
        Spec<Article>.Given(new ArticleDrafted(Draft))
            .When(new PublishArticle(Noon, null, Ann, FourEyes.None).Decide)
            .Then(new ArticlePublished(Draft, Noon));

    [Fact]
    public void A_publication_date_in_the_past_is_kept() =>
        Spec<Article>.Given(new ArticleDrafted(Draft))
            .When(new PublishArticle(Noon, Noon.AddYears(-7), Ann, FourEyes.None).Decide)
            .Then(new ArticlePublished(Draft, Noon.AddYears(-7)));

    [Fact]
    public void A_changed_draft_of_a_published_article_is_a_revision() =>
        Spec<Article>.Given(new ArticleDrafted(Draft), new ArticlePublished(Draft, Noon), new DraftRevised(Other))
            .When(new PublishArticle(Noon.AddHours(1), null, Ann, FourEyes.None).Decide)
            .Then(new ArticleRevised(Other, Noon, Noon.AddHours(1)));

    [Fact]
    public void Publishing_an_unchanged_article_changes_nothing() =>
        Spec<Article>.Given(new ArticleDrafted(Draft), new ArticlePublished(Draft, Noon))
            .When(new PublishArticle(Noon, null, Ann, FourEyes.None).Decide)
            .ThenNothing();

    [Fact]
    public void A_retracted_article_is_published_again_with_its_first_publication_date() =>
        Spec<Article>.Given(new ArticleDrafted(Draft), new ArticlePublished(Draft, Noon), new ArticleRetracted("wrong", Noon))
            .When(new PublishArticle(Noon.AddDays(1), null, Ann, FourEyes.None).Decide)
            .Then(new ArticlePublished(Draft, Noon));

    [Fact]
    public void An_unknown_article_cannot_be_published() =>
        Spec<Article>.Given().When(new PublishArticle(Noon, null, Ann, FourEyes.None).Decide).ThenThrows<NotFound>("no article");

    [Fact]
    public void A_revision_may_have_a_note_about_what_it_corrects() =>
        Spec<Article>.Given(new ArticleDrafted(Draft), new ArticlePublished(Draft, Noon), new DraftRevised(Other))
            .When(new PublishArticle(Later, null, Ann, FourEyes.None, "The date was wrong.").Decide)
            .Then(new ArticleRevised(Other, Noon, Later) { Correction = new("The date was wrong.", Later) });

    [Fact]
    public void The_author_of_the_last_change_cannot_publish_it_in_a_section_that_requires_two_persons()
    {
        var written = new ArticleDrafted(Draft) { By = "ann" };
        var publish = new PublishArticle(Noon, null, Ann, InNews);
        Spec<Article>.Given(written).When(publish.Decide).ThenThrows<SecondPersonRequired>("requires two persons");
        Spec<Article>.Given(written).When(new PublishArticle(Noon, null, Eve, InNews).Decide).Then(new ArticlePublished(Draft, Noon));
        Spec<Article>.Given(written).When(new PublishArticle(Noon, null, Pia, InNews).Decide).Then(new ArticlePublished(Draft, Noon));
        var edited = new DraftRevised(Draft with { Tags = ["energy"] }) { By = "eve" };
        Spec<Article>.Given(written, edited).When(publish.Decide).Then(new ArticlePublished(edited.Draft, Noon));
    }

    [Fact]
    public void The_rule_applies_to_revisions_and_also_if_the_draft_has_moved_to_another_section()
    {
        object[] published = [new ArticleDrafted(Draft) { By = "ann" }, new ArticlePublished(Draft, Noon)];
        var moved = new DraftRevised(Other) { By = "ann" };
        var publish = new PublishArticle(Later, null, Ann, InNews);
        Spec<Article>.Given([.. published, moved]).When(publish.Decide).ThenThrows<SecondPersonRequired>("two persons");
        Spec<Article>.Given([.. published, moved])
            .When(new PublishArticle(Later, null, Eve, InNews).Decide)
            .Then(new ArticleRevised(Other, Noon, Later));
        Spec<Article>.Given(published).When(publish.Decide).ThenNothing();
        Spec<Article>.Given([.. published, new ArticleRetracted("wrong", Noon)])
            .When(publish.Decide)
            .ThenThrows<SecondPersonRequired>("two persons");
    }

    [Fact]
    public void The_rule_uses_the_metadata_of_changes_that_have_no_author_in_their_data()
    {
        var old = new ArticleDrafted(Draft);
        var rule = InNews with { LastWriter = "ann" };
        Spec<Article>.Given(old).When(new PublishArticle(Noon, null, Ann, rule).Decide).ThenThrows<SecondPersonRequired>("two persons");
        Spec<Article>.Given(old).When(new PublishArticle(Noon, null, Eve, rule).Decide).Then(new ArticlePublished(Draft, Noon));
    }

    [Fact]
    public void Publishing_ends_the_review()
    {
        var after = Spec<Article>.Given(new ArticleDrafted(Draft), new DraftSubmitted(), new DraftApproved())
            .When(new PublishArticle(Noon, null, Ann, FourEyes.None).Decide)
            .ThenEachTime(new ArticlePublished(Draft, Noon));
        Assert.Null(after!.Review);
        Assert.Equal("published", after.Stage);
    }
}
