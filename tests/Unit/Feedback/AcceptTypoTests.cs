using Feedback.Typos;
using Kit;
using Platform.Web;
using Xunit;
using static Unit.Feedback.SomeTypo;
using static Unit.Feedback.SpotTrackingTests;

namespace Unit.Feedback;

public class AcceptTypoTests
{
    private static readonly AcceptTypo Accept = new(Unchanged, "summit", null, Some.Noon);

    [Fact]
    public void An_open_report_can_be_accepted() => Spec<TypoReport>.Given(Reported).When(Accept.Decide).Then(Accepted);

    [Fact]
    public void A_report_is_accepted_at_its_location_in_the_newest_version()
    {
        var article = Versions("<p>The sumit of all</p>", "<p>Sumit: yes. Now the sumit of all, sumit of none</p>");
        Spec<TypoReport>.Given(Reported).When((Accept with { Article = article }).Decide)
            .Then(Accepted with { ArticleVersion = 2, Before = "t: yes. Now the ", Selection = "sumit", After = " of all, sumit o" });
    }

    [Fact]
    public void An_accepted_report_cannot_be_accepted_with_another_replacement() =>
        Spec<TypoReport>.Given(Reported, Accepted).When((Accept with { Replacement = "peak" }).Decide).ThenRejected("summit");

    [Fact]
    public void A_rejected_report_cannot_be_accepted() =>
        Spec<TypoReport>.Given(Reported, new TypoRejected("Fine.", Some.Noon)).When(Accept.Decide).ThenRejected("Reopen");

    [Fact]
    public void A_replacement_must_differ_from_the_text_of_the_article() =>
        Spec<TypoReport>.Given(Reported).When((Accept with { Replacement = "sumit" }).Decide).ThenThrows<Malformed>("already");

    [Fact]
    public void A_report_whose_text_is_no_longer_in_the_article_cannot_be_accepted() =>
        Spec<TypoReport>.Given(Reported)
            .When((Accept with { Article = Versions("<p>The sumit of all</p>", "<p>The summit of all</p>") }).Decide)
            .ThenRejected("no longer in the article");

    [Fact]
    public void A_reopened_report_can_be_accepted_again() =>
        Spec<TypoReport>.Given(Reported, Accepted, new TypoReopened(Some.Noon)).When(Accept.Decide).Then(Accepted);
}
