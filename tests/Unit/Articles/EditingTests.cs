using Articles.Exchange;
using Articles.Featured;
using Articles.Links;
using Articles.Publishing;
using Kit;
using Xunit;
using static Unit.Articles.A;

namespace Unit.Articles;

public class EditingTests
{
    [Fact]
    public void Restoring_a_version_creates_a_new_draft() =>
        Spec<Article>.Given(new ArticleDrafted(Draft), new DraftRevised(Other))
            .When(new RestoreArticle(Draft, 1).Decide)
            .Then(new DraftRevised(Draft) { RestoredFrom = 1 });

    [Fact]
    public void Restoring_the_current_content_changes_nothing() =>
        Spec<Article>.Given(new ArticleDrafted(Draft)).When(new RestoreArticle(Draft, 1).Decide).ThenNothing();

    [Fact]
    public void A_revision_may_have_a_note_about_what_it_corrects() =>
        Spec<Article>.Given(new ArticleDrafted(Draft), new ArticlePublished(Draft, Noon), new DraftRevised(Other))
            .When(new PublishArticle(Later, null, "The date was wrong.").Decide)
            .Then(new ArticleRevised(Other, Noon, Later) { Correction = new("The date was wrong.", Later) });

    [Fact]
    public void An_autosaved_draft_does_not_change_the_published_content()
    {
        var article = new object[] { new ArticleDrafted(Draft), new ArticlePublished(Draft, Noon), new DraftRevised(Other) }
            .Aggregate(new Article(), (a, e) => a.Evolve(e));
        Assert.True(article.Published!.IsSameAs(Draft));
        Assert.Equal("published", article.State);
    }

    [Fact]
    public void Contents_with_different_covers_or_related_articles_are_different()
    {
        var cover = new Cover("https://example.org/a.jpg", new Dictionary<string, string> { ["en"] = "A flag" });
        Assert.False((Draft with { Cover = cover }).IsSameAs(Draft));
        Assert.True(
            (Draft with { Cover = cover }).IsSameAs(
                Draft with { Cover = cover with { Alt = new Dictionary<string, string> { ["en"] = "A flag" } } }));
        Assert.False((Draft with { Related = [Guid.Empty] }).IsSameAs(Draft));
    }

    [Fact]
    public void Featuring_moving_and_unfeaturing_define_the_order()
    {
        var (a, b, c) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var pinned = new object[] { new ArticlePinned(a, 0), new ArticlePinned(b, 0), new ArticlePinned(c, 2) };
        Spec<FeaturedArticles>.Given(pinned).When(new FeatureArticle(c, 0).Decide).Then(new ArticleMoved(c, 0));
        Spec<FeaturedArticles>.Given(pinned).When(new FeatureArticle(b, 0).Decide).ThenNothing();
        Spec<FeaturedArticles>.Given(pinned).When(new FeatureArticle(b, null).Decide).ThenNothing();
        Spec<FeaturedArticles>.Given(pinned).When(new FeatureArticle(a, 9).Decide).Then(new ArticleMoved(a, 2));
        Spec<FeaturedArticles>.Given(pinned).When(new UnfeatureArticle(a).Decide).Then(new ArticleUnpinned(a));
        var order = pinned.Append(new ArticleMoved(c, 0))
            .Append(new ArticleUnpinned(b))
            .Aggregate(new FeaturedArticles(), (f, e) => f.Evolve(e));
        Assert.Equal([c, a], order.Articles);
    }

    [Fact]
    public void At_most_twenty_articles_can_be_featured() =>
        Spec<FeaturedArticles>.Given([.. Enumerable.Range(0, 20).Select(i => new ArticlePinned(Guid.CreateVersion7(), i))])
            .When(new FeatureArticle(Guid.CreateVersion7(), null).Decide)
            .ThenRejected("20 articles");

    [Fact]
    public void A_link_is_created_changed_and_removed_and_removing_a_missing_one_does_nothing()
    {
        var link = new LinkDefined(
            1,
            "https://example.org/",
            new Dictionary<string, string> { ["en"] = "Body", ["ru"] = "Орган", ["zh"] = "机构" },
            null,
            null);
        Spec<Link>.Given().When(new DefineLink(link).Decide).Then(link);
        Spec<Link>.Given(link)
            .When(new DefineLink(link with { Until = new(2025, 1, 1) }).Decide)
            .Then(link with { Until = new(2025, 1, 1) });
        Spec<Link>.Given(link).When(new RemoveLink().Decide).Then(new LinkRemoved());
        Spec<Link>.Given().When(new RemoveLink().Decide).ThenNothing();
    }

    [Fact]
    public void A_slug_belongs_to_one_article_until_it_is_released()
    {
        var (mine, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        Spec<SlugOwner>.Given().When(o => Slugs.Claim("s", mine, o)).Then(new SlugTaken(mine));
        Spec<SlugOwner>.Given(new SlugTaken(other)).When(o => Slugs.Claim("s", mine, o)).ThenThrows<SlugIsTaken>("belongs to another");
        Spec<SlugOwner>.Given(new SlugTaken(other), new SlugReleased()).When(o => Slugs.Claim("s", mine, o)).Then(new SlugTaken(mine));
        Spec<SlugOwner>.Given(new SlugTaken(other)).When(o => Slugs.Release(mine, o)).ThenNothing();
    }

    [Fact]
    public void An_import_keeps_dates_slugs_and_notes_and_never_overwrites_an_article()
    {
        var import = new ImportArticle(
            Draft, Other, Noon, Later, null, "Wrong.", Later, [new("A typo.", Later)], new Dictionary<string, string> { ["old"] = "en" });
        object[] events =
        [
            new ArticleDrafted(Draft),
            new ArticlePublished(Draft, Noon)
            {
                RevisedAt = Later,
                Corrections = [new("A typo.", Later)],
                FormerSlugs = new Dictionary<string, string> { ["old"] = "en" },
            },
            new ArticleRetracted("Wrong.", Later), new DraftRevised(Other),
        ];
        Spec<Article>.Given().When(import.Decide).Then(events);
        Spec<Article>.Given(new ArticleDrafted(Other)).When(import.Decide).ThenRejected("was not changed");
    }
}
