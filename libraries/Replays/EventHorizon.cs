using Npgsql;
using Platform.Postgres;

namespace Platform.Replays;

/// <summary>
/// Describes exactly which events one snapshot of the database contains: all up to <paramref name="Head"/>, except the numbers in
/// <paramref name="Gaps"/>, which were lost in a rollback or belong to transactions that had not committed. An event that commits later
/// with a lower number is therefore found by the next pass, and no event is processed twice.
/// </summary>
internal sealed record EventHorizon(long Head, long[] Gaps)
{
    /// <summary>
    /// Gaps are looked for only in this many numbers below the head, because no transaction stays open while that many others commit.
    /// </summary>
    private const int GapSearchRange = 100_000;

    public static readonly EventHorizon Empty = new(0, []);

    /// <summary>SQL condition for the events that this horizon does not cover; $1 is the head, $2 the gaps.</summary>
    public const string NotCovered = "(d.seq_id > $1 or d.seq_id = any($2))";

    public static async Task<EventHorizon> Of(NpgsqlConnection connection, string events, CancellationToken ct) =>
        (await connection.Rows(
            $"""
            with head as (select coalesce(max(seq_id), 0) as seq from {events}),
                 known as (
                   select seq_id, lag(seq_id, 1, greatest(0, (select seq from head) - {GapSearchRange})) over (order by seq_id) as before
                   from {events} where seq_id > (select seq from head) - {GapSearchRange})
            select (select seq from head), array(select g from known, generate_series(before + 1, seq_id - 1) g)
            """,
            row => new EventHorizon(row.GetInt64(0), row.GetFieldValue<long[]>(1)),
            ct))[0];
}

/// <summary>An exported snapshot of the database, from which several connections can read the same state in parallel.</summary>
internal sealed class SharedSnapshot : IAsyncDisposable
{
    private readonly NpgsqlDataSource _database;
    private readonly NpgsqlConnection _first;

    private SharedSnapshot(NpgsqlDataSource database, NpgsqlConnection first, string id, EventHorizon horizon) =>
        (_database, _first, Id, Horizon) = (database, first, id, horizon);

    public string Id { get; }
    public EventHorizon Horizon { get; }
    public NpgsqlConnection Connection => _first;

    public static async Task<SharedSnapshot> Begin(NpgsqlDataSource database, string events, CancellationToken ct)
    {
        var connection = await database.OpenConnectionAsync(ct);
        await connection.Run("begin isolation level repeatable read, read only", ct);
        var id = (string)(await connection.Value("select pg_export_snapshot()", ct))!;
        return new SharedSnapshot(database, connection, id, await EventHorizon.Of(connection, events, ct));
    }

    /// <summary>Opens another connection that reads this snapshot in a transaction, which ends when the connection is closed.</summary>
    public async Task<NpgsqlConnection> OpenConnection(CancellationToken ct)
    {
        var connection = await _database.OpenConnectionAsync(ct);
        await connection.Run(
            $"begin isolation level repeatable read, read only; set transaction snapshot '{Id}'; set local work_mem = '64MB'", ct);
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        // This returns the connection to the pool, which rolls the transaction back.
        await _first.DisposeAsync();
    }
}
