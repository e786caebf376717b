using Marten;
using Npgsql;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Articles;

/// <summary>
/// Connections for finding articles, on which PostgreSQL compiles nothing and statements are prepared, with one plan for whatever is asked:
/// to plan takes as long as to find, and to plan for a certain word often led to another language's index, which takes three times as long.
/// </summary>
public sealed class SearchDatabase(Database database, IDocumentStore store, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);
    private const int Attempts = 3;

    private readonly NpgsqlDataSource _database = database.Open(settings =>
    {
        settings.MaxPoolSize = 20;
        // PostgreSQL itself ends what takes too long: one expensive search must not hold a connection that others wait for.
        settings.Options = "-c jit=off -c plan_cache_mode=force_generic_plan -c max_parallel_workers_per_gather=0"
            + $" -c statement_timeout={Limits.Reading.TotalSeconds:0}s";
    });

    private readonly SemaphoreSlim _reading = new(1);
    private Known? _dates;

    /// <summary>
    /// Rows of an SQL query; arguments stand for $1, $2 and so on. Asked again where a connection was broken by whoever had it before.
    /// </summary>
    public async Task<List<T>> Read<T>(
        string sql, Func<NpgsqlDataReader, T> row, CancellationToken ct, params IReadOnlyList<object> arguments)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var command = _database.CreateCommand(sql);
                foreach (var argument in arguments) command.Parameters.Add(new NpgsqlParameter { Value = argument });
                await using var reader = await command.ExecuteReaderAsync(ct);
                var rows = new List<T>();
                while (await reader.ReadAsync(ct)) rows.Add(row(reader));
                return rows;
            }
            catch (Exception e) when (attempt < Attempts && Connections.WasUnusable(e))
            {
                continue; // It is closed now.
            }
        }
    }

    /// <summary>Documents of a query that selects their data alone.</summary>
    public Task<List<T>> Documents<T>(string sql, CancellationToken ct, params IReadOnlyList<object> arguments) where T : class =>
        Read(sql, row => store.Options.Serializer().FromJson<T>(row.GetStream(0)), ct, arguments);

    /// <summary>The time it is.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>
    /// How articles are spread over time, as it was a minute ago; while one reads it again, others go on with what was known.
    /// </summary>
    public async Task<PublishingDates> Dates(CancellationToken ct)
    {
        if (Volatile.Read(ref _dates) is { } known && (Now - known.ReadAt < Fresh || _reading.CurrentCount == 0)) return known.Dates;
        await _reading.WaitAsync(ct);
        try
        {
            if (_dates is { } meanwhile && Now - meanwhile.ReadAt < Fresh) return meanwhile.Dates;
            var dates = new PublishingDates(await Read(PublishingDates.Sql, row => row.GetFieldValue<DateTimeOffset>(0), ct));
            Volatile.Write(ref _dates, new(dates, Now));
            return dates;
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _reading.Dispose();
        return _database.DisposeAsync();
    }

    private sealed record Known(PublishingDates Dates, DateTimeOffset ReadAt);
}
