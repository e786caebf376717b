using Feedback.Typos;
using Kit;
using Platform.Contracts.Articles;
using Xunit;
using static Unit.Feedback.SomeTypo;

namespace Unit.Feedback;

public class WhenTypoCorrectionRefusedTests
{
    [Fact]
    public void A_refused_correction_reopens_the_report_once()
    {
        var refused = new TypoCorrectionRefused(default, "typo-1", 1, Some.Noon, default, Article, 2, "No such place.");
        Spec<TypoReport>.Given(Reported, Accepted)
            .When(r => WhenTypoCorrectionRefused.Decide(refused, r))
            .Then(new TypoConflicted(2, "No such place."));
        Spec<TypoReport>.Given(Reported, Accepted, new TypoConflicted(2, "No such place."), Accepted)
            .When(r => WhenTypoCorrectionRefused.Decide(refused, r))
            .ThenNothing();
    }
}
