using Feedback.Typos;
using Kit;
using Xunit;
using static Unit.Feedback.SomeTypo;

namespace Unit.Feedback;

public class EraseReportersTests
{
    private static readonly TypoReportersErased Erased = new([Reported.ReportId], Some.Noon);

    [Fact]
    public void Erasing_removes_the_personal_data_of_the_reporter()
    {
        Erasing(Reported).Then(Erased);
        Assert.DoesNotContain(new TypoReport().Evolve(Reported).Evolve(Erased).Reporters, r => r.IsPersonal);
    }

    [Fact]
    public void Erasing_twice_changes_nothing() => Erasing(Reported, Erased).ThenNothing();

    [Fact]
    public void Erasing_another_reporter_changes_nothing() => Erasing(Reported with { ReportId = Some.Id() }).ThenNothing();

    private static Spec<TypoReport> Erasing(params object[] given) =>
        Spec<TypoReport>.Given(given).When(new EraseReporters([Reported.ReportId], Some.Noon).Decide);
}
