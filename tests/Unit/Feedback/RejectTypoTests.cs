using Feedback.Typos;
using Kit;
using Xunit;
using static Unit.Feedback.SomeTypo;

namespace Unit.Feedback;

public class RejectTypoTests
{
    [Fact]
    public void An_open_report_can_be_rejected() =>
        Spec<TypoReport>.Given(Reported)
            .When(new RejectTypo("It is a name.", Some.Noon).Decide)
            .Then(new TypoRejected("It is a name.", Some.Noon));

    [Fact]
    public void An_accepted_report_cannot_be_rejected() =>
        Spec<TypoReport>.Given(Reported, Accepted).When(new RejectTypo("No.", Some.Noon).Decide).ThenRejected("already accepted");
}
