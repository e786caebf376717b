using Feedback.Typos;
using Kit;
using Xunit;
using static Unit.Feedback.SomeTypo;

namespace Unit.Feedback;

public class ReopenTypoTests
{
    [Fact]
    public void A_rejected_report_can_be_reopened() =>
        Spec<TypoReport>.Given(Reported, new TypoRejected("It is a name.", Some.Noon))
            .When(new ReopenTypo(Some.Noon).Decide)
            .Then(new TypoReopened(Some.Noon));

    [Fact]
    public void An_accepted_report_that_was_not_corrected_can_be_reopened() =>
        Spec<TypoReport>.Given(Reported, Accepted).When(new ReopenTypo(Some.Noon).Decide).Then(new TypoReopened(Some.Noon));

    [Fact]
    public void A_closed_report_cannot_be_reopened() =>
        Spec<TypoReport>.Given(Reported, Accepted, new TypoClosed(Article, TypoOutcome.Corrected, 2, Some.Noon))
            .When(new ReopenTypo(Some.Noon).Decide)
            .ThenRejected("closed");
}
