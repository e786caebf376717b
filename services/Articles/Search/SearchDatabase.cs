using Articles.Publishing;
using Npgsql;
using Platform.Postgres;

namespace Articles.Search;

/// <summary>Connections for what readers request: articles, lists and searches.</summary>
public sealed class SearchDatabase(Database database, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan DatesLifetime = TimeSpan.FromMinutes(1);
    private const int MaxConnections = 20, MaxSearches = MaxConnections / 2;

    private readonly ReadPool _connections = new(database, MaxConnections);
    private readonly SemaphoreSlim _searches = new(MaxSearches), _datesRefresh = new(1);
    private CachedDates? _dates;

    /// <inheritdoc cref="ReadPool.Read" />
    public Task<List<T>> Read<T>(
        string sql, Func<NpgsqlDataReader, T> row, CancellationToken ct, params IReadOnlyList<object> arguments) =>
        _connections.Read(sql, row, ct, arguments);

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
        return _connections.DisposeAsync();
    }

    private sealed record CachedDates(PublishingDates Dates, DateTimeOffset ReadAt);
}
