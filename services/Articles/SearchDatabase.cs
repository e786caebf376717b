using Marten;
using Npgsql;
using Platform.Hosting;

namespace Articles;

/// <summary>
/// Connections for finding articles, on which PostgreSQL compiles nothing. Statements are prepared, with one plan for all words; but where more than one index could be
/// taken they are planned anew: a plan kept for a word under a tag took another language's index, and half a second among 100,000 articles in the place of two milliseconds.
/// </summary>
public sealed class SearchDatabase(IConfiguration configuration, IDocumentStore store) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _prepared = Connect(configuration, 50), _planned = Connect(configuration, 0);

    /// <summary>Rows of an SQL query; arguments stand for $1, $2 and so on.</summary>
    public Task<List<T>> Read<T>(string sql, Func<NpgsqlDataReader, T> row, CancellationToken ct, params IEnumerable<object> arguments) => Rows(_prepared, sql, row, arguments, ct);

    /// <summary>The same, planned for these very arguments.</summary>
    public Task<List<T>> Plan<T>(string sql, Func<NpgsqlDataReader, T> row, CancellationToken ct, params IEnumerable<object> arguments) => Rows(_planned, sql, row, arguments, ct);

    /// <summary>Documents of a query that selects their data alone.</summary>
    public Task<List<T>> Documents<T>(string sql, CancellationToken ct, params IEnumerable<object> arguments) where T : class =>
        Read(sql, row => store.Options.Serializer().FromJson<T>(row.GetStream(0)), ct, arguments);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _prepared.DisposeAsync();
        await _planned.DisposeAsync();
    }

    private static NpgsqlDataSource Connect(IConfiguration configuration, int prepared) => NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(configuration.Required("ConnectionStrings:Postgres"))
    {
        ApplicationName = configuration.Replica("articles"),
        MaxPoolSize = 20,
        MaxAutoPrepare = prepared,
        NoResetOnClose = true,
        Options = "-c jit=off",
    });

    private static async Task<List<T>> Rows<T>(NpgsqlDataSource database, string sql, Func<NpgsqlDataReader, T> row, IEnumerable<object> arguments, CancellationToken ct)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var argument in arguments) command.Parameters.Add(new NpgsqlParameter { Value = argument });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<T>();
        while (await reader.ReadAsync(ct)) rows.Add(row(reader));
        return rows;
    }
}
