using Feedback;
using Feedback.Typos;
using Kit;
using Xunit;
using static Unit.Feedback.SomeTypo;

namespace Unit.Feedback;

public class OutgoingTests
{
    [Fact]
    public async Task Personal_data_of_reporters_is_never_published()
    {
        var sent = await Outgoing.Translate(
            Streamed.In(
                $"typo-{Some.Id()}",
                Reported,
                Accepted,
                new TypoRejected("No.", Some.Noon),
                new TypoClosed(Article, TypoOutcome.TextGone, 2, Some.Noon)),
            null!,
            TestContext.Current.CancellationToken);
        Assert.Equal(["TypoReportAccepted", "TypoReportClosed"], sent.Select(m => m.Message.GetType().Name));
        Assert.All(sent, m => Assert.DoesNotContain("ann@example.org", Shown.Of(m.Message), StringComparison.Ordinal));
        Assert.All(sent, m => Assert.DoesNotContain("double m", Shown.Of(m.Message), StringComparison.Ordinal));
    }
}
