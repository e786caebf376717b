using MassTransit;
using Platform.Contracts.Articles;
using Platform.EventSourcing;

namespace Feedback.Typos;

/// <summary>
/// Reopens a report whose correction could not be made. A refusal of an earlier acceptance changes nothing.
/// </summary>
public sealed class WhenTypoCorrectionRefused(Decider decider) : IConsumer<TypoCorrectionRefused>
{
    public static IEnumerable<object> Decide(TypoCorrectionRefused message, TypoReport? report)
    {
        if (report is { Status: TypoStatus.Accepted } && report.Acceptance == message.Acceptance)
            yield return new TypoConflicted(message.Acceptance, message.Reason);
    }

    public Task Consume(ConsumeContext<TypoCorrectionRefused> context) =>
        decider.Decide<TypoReport>(Streams.Typo(context.Message.ReportId), r => Decide(context.Message, r), context.CancellationToken);
}
