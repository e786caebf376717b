using Npgsql;

namespace Platform.EventSourcing.Replays;

/// <summary>
/// Exactly which events one snapshot of the database saw: everything up to <paramref name="Head"/> but the numbers in
/// <paramref name="Gaps"/>, which were burned or belong to a transaction that had not committed. An event that commits later under an older
/// number is seen by the next look, and none is seen twice.
/// </summary>
internal sealed record Horizon(long Head, long[] Gaps)
{
    /// <summary>A transaction that holds a number back while so many others pass is none that still commits.</summary>
    private const int Reach = 100_000;

    public static readonly Horizon Nothing = new(0, []);

    /// <summary>SQL for the events this horizon does not cover; $1 is the head, $2 the gaps.</summary>
    public const string Beyond = "(d.seq_id > $1 or d.seq_id = any($2))";

    public static async Task<Horizon> Of(NpgsqlConnection connection, string events, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            $"""
            with head as (select coalesce(max(seq_id), 0) as seq from {events}),
                 known as (select seq_id, lag(seq_id, 1, greatest(0, (select seq from head) - {Reach})) over (order by seq_id) as before from {events} where seq_id > (select seq from head) - {Reach})
            select (select seq from head), array(select g from known, generate_series(before + 1, seq_id - 1) g)
            """, connection)
        { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new Horizon(reader.GetInt64(0), reader.GetFieldValue<long[]>(1));
    }
}

/// <summary>One moment of the database that several connections look at together, each on its own.</summary>
internal sealed class Moment : IAsyncDisposable
{
    private readonly NpgsqlDataSource _database;
    private readonly NpgsqlConnection _first;

    private Moment(NpgsqlDataSource database, NpgsqlConnection first, string id, Horizon horizon) =>
        (_database, _first, Id, Horizon) = (database, first, id, horizon);

    public string Id { get; }
    public Horizon Horizon { get; }
    public NpgsqlConnection Connection => _first;

    public static async Task<Moment> Take(NpgsqlDataSource database, string events, CancellationToken ct)
    {
        var connection = await database.OpenConnectionAsync(ct);
        await connection.Run("begin isolation level repeatable read, read only", ct);
        var id = (string)(await connection.Value("select pg_export_snapshot()", ct))!;
        return new Moment(database, connection, id, await Horizon.Of(connection, events, ct));
    }

    /// <summary>Another connection that sees this very moment; it ends with the connection.</summary>
    public async Task<NpgsqlConnection> Look(CancellationToken ct)
    {
        var connection = await _database.OpenConnectionAsync(ct);
        await connection.Run(
            $"begin isolation level repeatable read, read only; set transaction snapshot '{Id}'; set local work_mem = '64MB'", ct);
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        // Closing gives the connection back to the pool, which rolls the transaction back.
        await _first.DisposeAsync();
    }
}

internal static class Sql
{
    public static async Task<int> Run(this NpgsqlConnection connection, string sql, CancellationToken ct, params object[] arguments)
    {
        await using var command = Command(connection, sql, arguments);
        return await command.ExecuteNonQueryAsync(ct);
    }

    public static async Task<object?> Value(this NpgsqlConnection connection, string sql, CancellationToken ct, params object[] arguments)
    {
        await using var command = Command(connection, sql, arguments);
        return await command.ExecuteScalarAsync(ct) is var value and not DBNull ? value : null;
    }

    public static async Task<List<T>> Rows<T>(
        this NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> row, CancellationToken ct, params object[] arguments)
    {
        await using var command = Command(connection, sql, arguments);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<T>();
        while (await reader.ReadAsync(ct)) rows.Add(row(reader));
        return rows;
    }

    /// <summary>Without a time limit: a replay takes as long as it takes, and is cancelled by its token.</summary>
    public static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object[] arguments)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var argument in arguments) command.Parameters.Add(new NpgsqlParameter { Value = argument });
        return command;
    }
}
