using Articles.Exchange;
using Articles.Publishing;
using Kit;
using Xunit;
using static Unit.Articles.A;
using static Unit.Articles.People;

namespace Unit.Articles;

public class ImportArticleTests
{
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

    [Fact]
    public void Only_drafts_are_imported_into_a_section_that_requires_two_persons()
    {
        var published = new ImportArticle(Draft, null, Noon, null, null, null, null, null, null) { Rule = InNews };
        Spec<Article>.Given().When(published.Decide).ThenRejected("two persons");
        Spec<Article>.Given(new ArticleDrafted(Draft), new ArticlePublished(Draft, Noon)).When(published.Decide).ThenNothing();
        var scheduled = published with { PublishedAt = null, ScheduledFor = Later };
        Spec<Article>.Given().When(scheduled.Decide).ThenRejected("two persons");
        Spec<Article>.Given().When((scheduled with { ScheduledFor = null }).Decide).Then(new ArticleDrafted(Draft));
    }
}
