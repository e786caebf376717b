using System.Threading.Channels;
using Marten;
using Npgsql;
using Platform.Postgres;
using Weasel.Postgresql.Tables;

namespace Articles.Reading;

/// <summary>
/// Counts how often each article was read on each day, and stores nothing else, so that nobody can find out which articles a person read
/// (docs/decisions/0156). Concurrent reads are stored with one statement.
/// </summary>
public sealed class ReadCounts(NpgsqlDataSource database, TimeProvider clock) : BackgroundService
{
    /// <summary>The qualified name of the table.</summary>
    public const string Table = "articles.article_reads";

    /// <summary>How many days counts are kept.</summary>
    public const int KeptDays = 90;

    private const int MaxBatchSize = 1000;

    private readonly Channel<PendingRead> _pending = Channel.CreateUnbounded<PendingRead>();
    private DateOnly _today;

    public static void Configure(StoreOptions store)
    {
        var table = new Table($"{store.DatabaseSchemaName}.article_reads");
        table.AddColumn("day", "date").AsPrimaryKey();
        table.AddColumn<Guid>("article_id").AsPrimaryKey();
        table.AddColumn<long>("reads").NotNull();
        store.Storage.ExtendedSchemaObjects.Add(table);
    }

    /// <summary>Stores that a published article was read once, and returns whether there is such an article.</summary>
    public async Task<bool> Count(Guid article, CancellationToken ct)
    {
        var read = new PendingRead(article, new(TaskCreationOptions.RunContinuationsAsynchronously));
        await _pending.Writer.WriteAsync(read, ct);
        return await read.WasCounted.Task.WaitAsync(ct);
    }

    /// <inheritdoc />
    // The loop ends with the channel and not with the token, so that pending reads are still stored when the service stops.
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<PendingRead>();
        while (await _pending.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < MaxBatchSize && _pending.Reader.TryRead(out var next)) batch.Add(next);
            try
            {
                var counted = await Store(batch.CountBy(r => r.Article).ToDictionary(), CancellationToken.None);
                foreach (var read in batch) read.WasCounted.TrySetResult(counted.Contains(read.Article));
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                foreach (var read in batch) read.WasCounted.TrySetException(e);
            }
            batch.Clear();
        }
    }

    /// <inheritdoc />
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        _pending.Writer.TryComplete();
        return base.StopAsync(cancellationToken);
    }

    /// <summary>Adds to the counts of today. Returns the articles that exist and are published.</summary>
    private async Task<HashSet<Guid>> Store(Dictionary<Guid, int> reads, CancellationToken ct)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        if (today != _today)
            await database.Rows($"delete from {Table} where day < $1 returning 1", r => r.GetInt32(0), ct, today.AddDays(-KeptDays));
        _today = today;
        // All replicas lock the rows in the same order, so that they cannot deadlock.
        return
        [
            .. await database.Rows(
                $"""
                insert into {Table} as stored (day, article_id, reads)
                select $3, i.article_id, p.reads from unnest($1::uuid[], $2::int[]) p(id, reads)
                join articles.article_index i on i.id = 'article-' || p.id::text order by i.article_id
                on conflict (day, article_id) do update set reads = stored.reads + excluded.reads returning article_id
                """,
                r => r.GetGuid(0),
                ct,
                reads.Keys.ToArray(),
                reads.Values.ToArray(),
                today),
        ];
    }

    private sealed record PendingRead(Guid Article, TaskCompletionSource<bool> WasCounted);
}
