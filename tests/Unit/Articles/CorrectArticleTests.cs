using Articles.Publishing;
using Articles.Texts;
using Articles.Workflow;
using Kit;
using Platform.Web;
using Xunit;
using static Unit.Articles.A;

namespace Unit.Articles;

public class CorrectArticleTests
{
    private static Content With(string body, string title = "Title") => Content(("en", Text(title, body, "title")));

    private static object[] Published(Content content) => [new ArticleDrafted(content), new ArticlePublished(content, Noon)];

    private static CorrectArticle Correct(string selection, string replacement, string before = "", string after = "") =>
        new("en", new TextLocation(before, selection, after), replacement, "A typo.", Later, FourEyes.None);

    private static ArticleRevised Corrected(Content content) => new(content, Noon, Later) { Correction = new("A typo.", Later, "en") };

    [Fact]
    public void A_location_in_the_body_is_corrected() =>
        Spec<Article>.Given(Published(With("<p>The sumit of <em>the</em> SCO</p>")))
            .When(Correct("sumit", "summit").Decide)
            .Then(Corrected(With("<p>The summit of <em>the</em> SCO</p>")));

    [Fact]
    public void A_location_may_extend_across_tags() =>
        Spec<Article>.Given(Published(With("<p>The su<em>mi</em>t</p>")))
            .When(Correct("sumit", "summit").Decide)
            .Then(Corrected(With("<p>The su<em>mmi</em>t</p>")));

    [Fact]
    public void The_text_around_a_location_distinguishes_it_from_others() =>
        Spec<Article>.Given(Published(With("<p>one cat,\n two cat</p>")))
            .When(Correct("cat", "cats", before: "two ").Decide)
            .Then(Corrected(With("<p>one cat,\n two cats</p>")));

    [Fact]
    public void A_title_can_be_corrected() =>
        Spec<Article>.Given(Published(With("<p>Body</p>", "Sumit")))
            .When(Correct("Sumit", "Summit").Decide)
            .Then(Corrected(With("<p>Body</p>", "Summit")));

    [Fact]
    public void Words_can_be_removed() =>
        Spec<Article>.Given(Published(With("<p>very very good</p>")))
            .When(Correct("very ", "", before: "very ").Decide)
            .Then(Corrected(With("<p>very good</p>")));

    [Fact]
    public void A_location_that_occurs_twice_is_rejected() =>
        Spec<Article>.Given(Published(With("<p>cat cat</p>"))).When(Correct("cat", "dog").Decide).ThenRejected("2 times");

    [Fact]
    public void A_location_that_no_longer_exists_is_rejected() =>
        Spec<Article>.Given(Published(With("<p>cat</p>"))).When(Correct("cow", "dog").Decide).ThenRejected("does not contain these words");

    [Fact]
    public void A_replacement_is_plain_text_and_not_markup() =>
        Spec<Article>.Given(Published(With("<p>cat</p>")))
            .When(Correct("cat", "<script>x</script>").Decide)
            .Then(Corrected(With("<p>&lt;script&gt;x&lt;/script&gt;</p>")));

    [Fact]
    public void A_changed_draft_keeps_its_changes_and_gets_the_correction() =>
        Spec<Article>.Given([.. Published(With("<p>sumit</p>")), new DraftRevised(With("<p>sumit</p><p>more</p>"))])
            .When(Correct("sumit", "summit").Decide)
            .Then(Corrected(With("<p>summit</p>")), new DraftRevised(With("<p>summit</p><p>more</p>")));

    [Fact]
    public void A_scheduled_revision_stays_scheduled()
    {
        var after = Spec<Article>.Given(
            [.. Published(With("<p>sumit</p>")), new DraftRevised(With("<p>sumit</p><p>more</p>")), new ArticleScheduled(Later)])
            .When(Correct("sumit", "summit").Decide)
            .ThenEachTime(Corrected(With("<p>summit</p>")), new DraftRevised(With("<p>summit</p><p>more</p>")));
        Assert.Equal(Later, after!.ScheduledFor);
    }

    [Fact]
    public void The_markdown_of_the_editor_is_corrected_as_well()
    {
        var content = Content(("en", Text(body: Html.OfMarkdown("The *sumit*"), slug: "title") with { Markdown = "The *sumit*" }));
        Spec<Article>.Given(Published(content)).When(Correct("sumit", "summit").Decide)
            .Then(Corrected(Content(("en", Text(body: "<p>The <em>summit</em></p>", slug: "title") with { Markdown = "The *summit*" }))));
    }

    [Fact]
    public void A_correction_is_refused_in_a_section_that_requires_two_persons() =>
        Spec<Article>.Given(Published(With("<p>cat</p>")))
            .When((Correct("cat", "dog") with { Rule = new(new HashSet<string> { "news" }) }).Decide)
            .ThenThrows<SecondPersonRequired>("two persons");

    [Fact]
    public void A_correction_keeps_the_author_and_the_review_of_unpublished_changes() =>
        Spec<Article>.Given(
            [
                .. Published(With("<p>sumit</p>")),
                new DraftRevised(With("<p>sumit</p><p>more</p>")) { By = "ben" },
                new DraftSubmitted(),
            ])
            .When(Correct("sumit", "summit").Decide)
            .Then(
                Corrected(With("<p>summit</p>")),
                new DraftRevised(With("<p>summit</p><p>more</p>")) { By = "ben" },
                new DraftSubmitted());

    [Fact]
    public void A_draft_cannot_be_corrected() =>
        Spec<Article>.Given(new ArticleDrafted(Draft)).When(Correct("a", "b").Decide).ThenThrows<NotFound>("no published");
}
