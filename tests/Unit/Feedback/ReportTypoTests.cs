using Feedback.Typos;
using Kit;
using Xunit;
using static Unit.Feedback.SomeTypo;

namespace Unit.Feedback;

public class ReportTypoTests
{
    [Fact]
    public void A_report_is_stored() => Spec<TypoReport>.Given().When(new ReportTypo(Reported).Decide).Then(Reported);

    [Fact]
    public void Another_report_of_the_same_location_is_stored() =>
        Spec<TypoReport>.Given(Reported)
            .When(new ReportTypo(Reported with { ReportId = Article }).Decide)
            .Then(Reported with { ReportId = Article });

    [Fact]
    public void Reports_of_one_location_beyond_the_limit_are_not_stored() =>
        Spec<TypoReport>.Given([.. Enumerable.Range(0, ReportTypo.MaxReports).Select(_ => Reported with { ReportId = Some.Id() })])
            .When(new ReportTypo(Reported).Decide)
            .ThenNothing();
}
