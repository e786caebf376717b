using Articles.Publishing;
using Articles.Workflow;
using Marten;
using Npgsql;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Exchange;

/// <summary>Imports articles one by one.</summary>
internal sealed class Importer(
    Decider decider,
    IDocumentStore store,
    NpgsqlDataSource database,
    TimeProvider clock)
{
    private FourEyes? _rule;

    /// <summary>Imports one article; the result has a remark if the article was changed.</summary>
    public async Task<ImportResult?> Import(ImportItem item, ExchangedArticle article, string? remark, CancellationToken ct)
    {
        item.Id = article.Id;
        var rule = _rule ??= await FourEyes.Load(database, null, ct);
        await using var session = store.QuerySession();
        var decision = await Slugs.RetryIfTaken(async contended =>
        {
            var command = await article.ToCommand(clock.Now(), session, contended, ct) with { Rule = rule };
            return await decider.Decide<Article>(
                Streams.Article(article.Id),
                Expected.Any,
                command.Decide,
                (s, before, after, token) => Slugs.Reserve(s, article.Id, before, after, token),
                ct);
        });
        return item.Stored(decision.Changed, remark);
    }
}
