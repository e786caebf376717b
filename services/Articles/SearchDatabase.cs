using Marten;
using Npgsql;
using Platform.Hosting;

namespace Articles;

/// <summary>
/// Connections for finding articles, on which nothing is prepared: PostgreSQL must plan each search for its own words. A plan kept for all words looks
/// through the index of words even where almost every article has the word, instead of reading from the newest on (docs/decisions/0030).
/// </summary>
public sealed class SearchDatabase(IConfiguration configuration, IDocumentStore store) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(configuration.Required("ConnectionStrings:Postgres"))
    {
        ApplicationName = configuration.Replica("articles"),
        MaxPoolSize = 20,
        MaxAutoPrepare = 0,
        Options = "-c jit=off",
    });

    /// <summary>Rows of an SQL query; arguments stand for $1, $2 and so on.</summary>
    public async Task<List<T>> Read<T>(string sql, Func<NpgsqlDataReader, T> row, CancellationToken ct, params IEnumerable<object> arguments)
    {
        await using var command = _database.CreateCommand(sql);
        foreach (var argument in arguments) command.Parameters.Add(new NpgsqlParameter { Value = argument });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<T>();
        while (await reader.ReadAsync(ct)) rows.Add(row(reader));
        return rows;
    }

    /// <summary>Documents of a query that selects their data alone.</summary>
    public Task<List<T>> Documents<T>(string sql, CancellationToken ct, params IEnumerable<object> arguments) where T : class =>
        Read(sql, row => store.Options.Serializer().FromJson<T>(row.GetStream(0)), ct, arguments);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
