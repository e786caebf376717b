using Articles.Publishing;
using Npgsql;
using Platform.Postgres;
using Platform.Web;

namespace Articles.Search;

/// <summary>
/// Connections for what readers request: articles, lists and searches. Statements are prepared and have one generic plan, because planning
/// takes as long as running them, and a plan for a certain word often used the index of another language, which takes three times as long.
/// JIT compilation is off.
/// </summary>
public sealed class SearchDatabase(Database database, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan DatesLifetime = TimeSpan.FromMinutes(1);
    private const int Attempts = 3, MaxConnections = 20, MaxSearches = MaxConnections / 2;

    private readonly NpgsqlDataSource _database = database.Open(settings =>
    {
        settings.MaxPoolSize = MaxConnections;
        // PostgreSQL cancels a search that takes too long, so that it does not block a connection that others wait for.
        settings.Options = "-c jit=off -c plan_cache_mode=force_generic_plan -c max_parallel_workers_per_gather=0"
            + $" -c statement_timeout={Limits.Reading.TotalSeconds:0}s";
    });

    private readonly SemaphoreSlim _searches = new(MaxSearches), _datesRefresh = new(1);
    private CachedDates? _dates;

    /// <summary>
    /// Runs a query with the arguments $1, $2 and so on. If an earlier user left the pooled connection unusable, the query is retried.
    /// </summary>
    public async Task<List<T>> Read<T>(
        string sql, Func<NpgsqlDataReader, T> row, CancellationToken ct, params IReadOnlyList<object> arguments)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await _database.Rows(sql, row, ct, arguments);
            }
            catch (Exception e) when (attempt < Attempts && Connections.WasUnusable(e))
            {
                continue; // The unusable connection is closed now.
            }
        }
    }

    /// <summary>
    /// Runs a search for words. Searches can take long, so they use at most half of the connections, and other reads need not wait.
    /// </summary>
    public async Task<T> Search<T>(Func<Task<T>> search, CancellationToken ct)
    {
        await _searches.WaitAsync(ct);
        try
        {
            return await search();
        }
        finally
        {
            _searches.Release();
        }
    }

    /// <summary>The current time.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>
    /// How the articles are distributed over time, at most about a minute old. While one request refreshes the cached dates, others use the
    /// old ones.
    /// </summary>
    public async Task<PublishingDates> Dates(CancellationToken ct)
    {
        if (Volatile.Read(ref _dates) is { } known && (Now - known.ReadAt < DatesLifetime || _datesRefresh.CurrentCount == 0))
            return known.Dates;
        await _datesRefresh.WaitAsync(ct);
        try
        {
            if (_dates is { } meanwhile && Now - meanwhile.ReadAt < DatesLifetime) return meanwhile.Dates;
            var dates = new PublishingDates(await Read(PublishingDates.Sql, row => row.GetFieldValue<DateTimeOffset>(0), ct));
            Volatile.Write(ref _dates, new(dates, Now));
            return dates;
        }
        finally
        {
            _datesRefresh.Release();
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _searches.Dispose();
        _datesRefresh.Dispose();
        return _database.DisposeAsync();
    }

    private sealed record CachedDates(PublishingDates Dates, DateTimeOffset ReadAt);
}
