using MassTransit;
using Npgsql;
using Platform.Contracts.Feedback;
using Platform.EventSourcing;
using Platform.Postgres;

namespace Articles.Publishing;

/// <summary>Forgets the acceptances of typo reports that Feedback has lost. Corrections that were made are kept.</summary>
public sealed class WhenTypoReportsRetold(Decider decider, NpgsqlDataSource database) : IConsumer<TypoReportsRetold>
{
    private const string LostReports =
        """
        select answered.id from (
            select 'typo-' || t.key as id from articles.mt_doc_article d, jsonb_each_text(d.data -> 'typoReports') t
            union select id from articles.mt_doc_typorefusals) answered
        left join articles.mt_doc_typorefusals r on r.id = answered.id where coalesce((r.data ->> 'epoch')::bigint, 0) < $1
        """;

    public async Task Consume(ConsumeContext<TypoReportsRetold> context)
    {
        var (epoch, ct) = (context.Message.Epoch, context.CancellationToken);
        foreach (var report in await database.Rows(LostReports, row => row.GetString(0), ct, epoch))
            await decider.Decide<TypoRefusals>(report, r => TypoRefusals.RemoveLost(r, epoch), ct);
    }
}
