using Articles.Texts;
using Articles.Workflow;
using Marten;
using MassTransit;
using Npgsql;
using Platform.Contracts.Feedback;
using Platform.EventSourcing;
using Platform.Messaging;
using Platform.Web;

namespace Articles.Publishing;

/// <summary>
/// Corrects the article at the location of an accepted typo report, once per acceptance (the version of the report's stream). If the
/// published text no longer contains the location, an event refuses the acceptance. It is stored in a separate stream, because a refusal
/// does not change the article and must not change its version.
/// </summary>
public sealed class WhenTypoReportAccepted(
    Decider decider,
    IQuerySession session,
    NpgsqlDataSource database,
    TimeProvider clock) : IConsumer<TypoReportAccepted>
{
    /// <summary>
    /// If <paramref name="forgotten"/> is true, any acceptance that was carried out before was another one, which Feedback has lost.
    /// </summary>
    public static IEnumerable<object> Decide(
        TypoReportAccepted message,
        Article? article,
        DateTimeOffset now,
        FourEyes rule,
        bool forgotten = false)
    {
        if (!forgotten && article?.TypoReports?.GetValueOrDefault(message.ReportId) >= message.StreamVersion) return [];
        var location = new TextLocation(message.Before, message.Selection, message.After) { Part = message.Part };
        object[] events =
        [
            .. new CorrectArticle(message.Lang, location, PlainText.Xml(message.Replacement), PlainText.Clean(message.Note), now, rule)
            {
                Typo = new(message.ReportId, message.StreamVersion),
            }.Decide(article),
        ];
        return events.Length > 0 ? events : throw new Rejected("The published text is already corrected.");
    }

    public async Task Consume(ConsumeContext<TypoReportAccepted> context)
    {
        var (message, ct) = (context.Message, context.CancellationToken);
        var (stream, epoch) = (Streams.Typo(message.ReportId), context.Epoch());
        var known = await session.LoadAsync<TypoRefusals>(stream, ct);
        if (epoch < known?.Epoch) return;
        // A replayed message is the acceptance that is already known. Any other message of a newer epoch is a new acceptance, which may
        // have the same version as one that Feedback has lost.
        var isNew = !context.IsReplay() && epoch > (known?.Epoch ?? 0);
        if (isNew) await decider.Decide<TypoRefusals>(stream, r => TypoRefusals.RemoveLost(r, epoch), ct);
        var forgotten = isNew || known is { Forgotten: true };
        if (forgotten || !(known?.Acceptance >= message.StreamVersion)) await CarryOut(message, forgotten, ct);
        if (epoch > 0) await decider.Decide<TypoRefusals>(stream, r => TypoRefusals.Acknowledge(r, epoch), ct);
    }

    private async Task CarryOut(TypoReportAccepted message, bool forgotten, CancellationToken ct)
    {
        var rule = await FourEyes.Load(database, null, ct);
        try
        {
            await decider.Decide<Article>(Streams.Article(message.ArticleId), a => Decide(message, a, clock.Now(), rule, forgotten), ct);
        }
        catch (Exception e) when (e is Rejected or NotFound or Malformed or Forbidden)
        {
            await decider.Decide<TypoRefusals>(
                Streams.Typo(message.ReportId),
                r => TypoRefusals.Refuse(r, message.ReportId, message.ArticleId, message.StreamVersion, e.Message),
                ct);
        }
    }
}
