using Articles.Publishing;
using Articles.Texts;
using Articles.Workflow;
using Kit;
using Platform.Contracts.Feedback;
using Platform.Web;
using Xunit;
using static Unit.Articles.A;

namespace Unit.Articles;

public class WhenTypoReportAcceptedTests
{
    private static readonly Guid Report = Some.Id();

    private static Content With(string body, string title = "Title") => Content(("en", Text(title, body, "title")));

    private static object[] Published(Content content) => [new ArticleDrafted(content), new ArticlePublished(content, Noon)];

    private static TypoReportAccepted Accepted(
        string before,
        string selection,
        string after,
        string replacement,
        string part = "body",
        long acceptance = 2) =>
        new(
            default, $"typo-{Report}", acceptance, Noon, Report, Some.Id(), 2, "en", part, before, selection, after, replacement,
            "A typo.");

    private static ArticleRevised Corrected(Content content, long acceptance = 2) =>
        new(content, Noon, Later) { Correction = new("A typo.", Later, "en"), Typo = new(Report, acceptance) };

    private static Func<Article?, IEnumerable<object>> CarryOut(TypoReportAccepted message) =>
        article => WhenTypoReportAccepted.Decide(message, article, Later, FourEyes.None);

    [Theory]
    [InlineData("<p>one cat, two cat</p>", "two ", "cat", "", "cats", "<p>one cat, two cats</p>")]
    [InlineData("<p>The su<em>mi</em>t of</p>", "The ", "sumit", " of", "summit", "<p>The su<em>mmi</em>t of</p>")]
    [InlineData("<p>a <b>bold</b><i>er</i> x</p>", "a ", "bolder", " x", "bol", "<p>a <b>bol</b> x</p>")]
    [InlineData("<p>Аста<b>нне</b> да</p>", "", "Астанне", " да", "Астане", "<p>Аста<b>не</b> да</p>")]
    [InlineData("<p>上海<em>合作祖</em>织</p>", "上海", "合作祖织", "", "合作组织", "<p>上海<em>合作组</em>织</p>")]
    [InlineData("<p>x 👩‍👩‍👧 famly</p>", "👩‍👩‍👧 ", "famly", "", "family", "<p>x 👩‍👩‍👧 family</p>")]
    [InlineData("<p><a href=\"/a\">lisst</a> x</p>", "", "lisst", " x", "list", "<p><a href=\"/a\">list</a> x</p>")]
    [InlineData("<p>the the cat</p>", "the ", "the ", "cat", "", "<p>the cat</p>")]
    public void Only_the_location_is_corrected_and_the_markup_is_kept(
        string body,
        string before,
        string selection,
        string after,
        string replacement,
        string corrected) =>
        Spec<Article>.Given(Published(With(body)))
            .When(CarryOut(Accepted(before, selection, after, replacement)))
            .Then(Corrected(With(corrected)));

    [Fact]
    public void A_typo_in_the_title_is_not_corrected_in_the_body() =>
        Spec<Article>.Given(Published(With("<p>Sumit</p>", "Sumit")))
            .When(CarryOut(Accepted("", "Sumit", "", "Summit", "title")))
            .Then(Corrected(With("<p>Sumit</p>", "Summit")));

    [Fact]
    public void A_repeated_acceptance_changes_nothing_even_if_the_typo_has_come_back() =>
        Spec<Article>.Given(
            [.. Published(With("<p>sumit</p>")), Corrected(With("<p>summit</p>")), new ArticleRevised(With("<p>sumit</p>"), Noon, Later)])
            .When(CarryOut(Accepted("", "sumit", "", "summit"))).ThenNothing();

    [Fact]
    public void A_later_acceptance_is_carried_out() =>
        Spec<Article>.Given(
            [.. Published(With("<p>sumit</p>")), Corrected(With("<p>summit</p>")), new ArticleRevised(With("<p>sumit</p>"), Noon, Later)])
            .When(CarryOut(Accepted("", "sumit", "", "summit", acceptance: 4))).Then(Corrected(With("<p>summit</p>"), 4));

    [Fact]
    public void A_missing_location_an_already_corrected_one_and_a_retracted_article_are_rejected()
    {
        Spec<Article>.Given(Published(With("<p>peak</p>")))
            .When(CarryOut(Accepted("", "sumit", "", "summit")))
            .ThenRejected("does not contain these words");
        Spec<Article>.Given(Published(With("<p>summit</p>"))).When(CarryOut(Accepted("", "sumit", "", "summit"))).ThenRejected("already");
        Spec<Article>.Given([.. Published(With("<p>sumit</p>")), new ArticleRetracted("Wrong.", Noon)])
            .When(CarryOut(Accepted("", "sumit", "", "summit")))
            .ThenThrows<NotFound>("no published");
    }

    [Fact]
    public void A_refusal_is_stored_once()
    {
        var article = Some.Id();
        Spec<TypoRefusals>.Given()
            .When(r => TypoRefusals.Refuse(r, Report, article, 2, "Gone."))
            .Then(new TypoRefused(Report, article, 2, "Gone."));
        Spec<TypoRefusals>.Given(new TypoRefused(Report, article, 4, "Gone."))
            .When(r => TypoRefusals.Refuse(r, Report, article, 2, "Gone."))
            .ThenNothing();
    }

    [Fact]
    public void Markdown_is_corrected_at_the_reported_one_of_two_locations()
    {
        var content = Content(
            ("en", Text(body: Html.OfMarkdown("A *cat* and a cat"), slug: "title") with { Markdown = "A *cat* and a cat" }));
        Spec<Article>.Given(Published(content)).When(CarryOut(Accepted("and a ", "cat", "", "dog")))
            .Then(
                Corrected(
                    Content(("en", Text(body: "<p>A <em>cat</em> and a dog</p>", slug: "title") with { Markdown = "A *cat* and a dog" }))));
    }
}
