using Marten;
using MassTransit;
using Platform.Contracts.Feedback;
using Platform.EventSourcing;
using Platform.EventSourcing.Replays;
using Platform.Hosting;

namespace Articles;

/// <summary>
/// Corrects the place of an accepted report, once for each acceptance (the version of the report's stream). Where the published text has no
/// such place any more, it is refused by an event, on a stream of its own: the article is as it was, and so is its version.
/// </summary>
public sealed class WhenTypoReportAccepted(Decider decider, IQuerySession session, TimeProvider clock) : IConsumer<TypoReportAccepted>
{
    /// <summary>
    /// <paramref name="forgotten"/>: what was carried out before was another acceptance, which the feedback service has lost.
    /// </summary>
    public static IEnumerable<object> Decide(TypoReportAccepted message, Article? article, DateTimeOffset now, bool forgotten = false)
    {
        if (!forgotten && article?.TypoReports?.GetValueOrDefault(message.ReportId) >= message.StreamVersion) return [];
        var place = new Place(message.Before, message.Selection, message.After) { Part = message.Part };
        object[] events =
        [
            .. new CorrectArticle(message.Lang, place, PlainText.Xml(message.Replacement), PlainText.Clean(message.Note), now)
            {
                Typo = new(message.ReportId, message.StreamVersion),
            }.Decide(article),
        ];
        return events.Length > 0 ? events : throw new Rejected("The published text says so already.");
    }

    public async Task Consume(ConsumeContext<TypoReportAccepted> context)
    {
        var (message, ct) = (context.Message, context.CancellationToken);
        var (stream, epoch) = (Streams.Typo(message.ReportId), context.Epoch());
        var known = await session.LoadAsync<TypoRefusals>(stream, ct);
        if (epoch < known?.Epoch) return;
        // Sent again, it is the acceptance that is known already; else it has its version once more.
        var isNew = !context.IsReplay() && epoch > (known?.Epoch ?? 0);
        if (isNew) await decider.Decide<TypoRefusals>(stream, r => TypoRefusals.Forget(r, epoch), ct);
        var forgotten = isNew || known is { Forgotten: true };
        if (forgotten || !(known?.Acceptance >= message.StreamVersion)) await Carry(message, forgotten, ct);
        if (epoch > 0) await decider.Decide<TypoRefusals>(stream, r => TypoRefusals.Hear(r, epoch), ct);
    }

    private async Task Carry(TypoReportAccepted message, bool forgotten, CancellationToken ct)
    {
        try
        {
            await decider.Decide<Article>(Streams.Article(message.ArticleId), a => Decide(message, a, clock.Now(), forgotten), ct);
        }
        catch (Exception no) when (no is Rejected or NotFound or Malformed)
        {
            await decider.Decide<TypoRefusals>(
                Streams.Typo(message.ReportId),
                r => TypoRefusals.Refuse(r, message.ReportId, message.ArticleId, message.StreamVersion, no.Message),
                ct);
        }
    }
}
