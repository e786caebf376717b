using Npgsql;
using Platform.Web;

namespace Platform.Postgres;

/// <summary>
/// Connections for statements that only read for HTTP requests and that run often. Each statement is prepared with one generic plan,
/// because planning takes as long as running it (docs/decisions/0132), and a plan for a certain word often uses the wrong index.
/// </summary>
public sealed class ReadPool(Database database, int maxConnections = 10) : IAsyncDisposable
{
    private const int Attempts = 3;
    private readonly NpgsqlDataSource _connections = database.Open(settings =>
    {
        settings.MaxPoolSize = Math.Min(settings.MaxPoolSize, maxConnections);
        settings.Options = $"{settings.Options} -c jit=off -c plan_cache_mode=force_generic_plan -c max_parallel_workers_per_gather=0"
            + $" -c statement_timeout={Limits.Reading.TotalSeconds:0}s";
    });

    /// <summary>
    /// Runs a query with the arguments $1, $2 and so on. If an earlier user left the pooled connection unusable, the query is retried.
    /// </summary>
    public async Task<List<T>> Read<T>(
        string sql, Func<NpgsqlDataReader, T> row, CancellationToken ct, params IReadOnlyList<object> arguments)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                return await _connections.Rows(sql, row, ct, arguments);
            }
            catch (Exception e) when (attempt < Attempts && Connections.WasUnusable(e))
            {
                // The unusable connection is closed now.
            }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _connections.DisposeAsync();
}
