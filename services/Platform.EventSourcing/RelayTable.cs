using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Npgsql;
using Platform.EventSourcing.Replays;
using Weasel.Postgresql.Tables;

namespace Platform.EventSourcing;

/// <summary>The relay's side of the database: its position, the next events, and the transactions that may still fill a hole.</summary>
internal sealed class RelayTable(IDocumentStore store)
{
    /// <summary>At most so many events are a page.</summary>
    public const int PageSize = 500;

    /// <summary>While there are more holes than this, nothing after them is read: a huge import is running.</summary>
    private const int MostHoles = 5000;

    private readonly string _schema = store.Options.Events.DatabaseSchemaName;

    /// <summary>
    /// The lock of the relay. It is the number that the daemon of Marten computes for a subscription of this name, which earlier versions
    /// ran: old and new replicas exclude each other while an upgrade is under way.
    /// </summary>
    public long LockKey { get; } = ProjectionLockIds.Compute(
        store.Options.Events.DatabaseSchemaName, new ShardName(Relay.Id), ((StoreOptions)store.Options).Projections.DaemonLockId);

    /// <summary>Declares the table. <c>holes</c>: first and last number of each hole in turn.</summary>
    public static void Configure(StoreOptions options)
    {
        var table = new Table($"{options.DatabaseSchemaName}.relay");
        table.AddColumn<string>("name").AsPrimaryKey();
        table.AddColumn<long>("position").NotNull();
        table.AddColumn("holes", "bigint[]").NotNull().DefaultValueByExpression("'{}'");
        options.Storage.ExtendedSchemaObjects.Add(table);
    }

    /// <summary>
    /// Where the last leader was. A replica of an earlier version keeps its position in Marten's table; if one has led in between, it is
    /// ahead there.
    /// </summary>
    public async Task<RelayPosition> Load(NpgsqlConnection leader, CancellationToken ct)
    {
        await leader.Run($"insert into {_schema}.relay (name, position) values ('{Relay.Id}', 0) on conflict do nothing", ct);
        var (position, holes, earlier) = (await leader.Rows(
            $"""
            select position, holes, coalesce((select last_seq_id from {_schema}.mt_event_progression where name = '{Relay.Id}:{ShardName.All}'), 0)
            from {_schema}.relay where name = '{Relay.Id}'
            """, r => (r.GetInt64(0), r.GetFieldValue<long[]>(1), r.GetInt64(2)), ct)).Single();
        return earlier > position ? new(earlier, []) : new(position, holes.Chunk(2).Select(h => new SequenceRange(h[0], h[1])));
    }

    /// <summary>
    /// Written on the session that holds the lock: a leader that lost it cannot move the position any more. Not flushed, because a crash of
    /// the database may repeat messages; it must not lose any. Now and then also <paramref name="forEarlierVersions"/>: after a roll-back a
    /// replica of an earlier version goes on from there.
    /// </summary>
    public async Task<int> Save(NpgsqlConnection leader, RelayProgress published, bool forEarlierVersions, CancellationToken ct)
    {
        var holes = string.Join(',', published.Holes.Select(h => $"{h.From},{h.To}"));
        return await leader.Run(
            $"set synchronous_commit = off; update {_schema}.relay set position = {published.Upto}, holes = '{{{holes}}}' where name = "
            + $"'{Relay.Id}'"
            + (forEarlierVersions
                ? $"; insert into {_schema}.mt_event_progression (name, last_seq_id) values ('{Relay.Id}:{ShardName.All}', "
                    + $"{published.Contiguous})"
                    + " on conflict (name) do update set last_seq_id = excluded.last_seq_id"
                : ""),
            ct);
    }

    /// <summary>The next events in the order of their numbers: those that fill holes, and those after the position.</summary>
    public static async Task<List<IEvent>> Next(
        NpgsqlConnection connection, StoredEvents stored, RelayPosition position, CancellationToken ct)
    {
        var holes = position.Holes;
        var limit = holes.Count > MostHoles ? 0 : PageSize;
        var events = new List<IEvent>();
        var read = holes.Count == 0
            ? stored.Read(connection, $"d.seq_id > $1 order by d.seq_id limit {PageSize}", ct, position.Upto)
            : stored.Read(
                connection,
                $"""
                d.seq_id in (
                  (select e.seq_id from unnest($2::bigint[], $3::bigint[]) hole(first, last) join {stored.Table} e on e.seq_id between first and last
                   order by e.seq_id limit {PageSize})
                  union all (select e.seq_id from {stored.Table} e where e.seq_id > $1 order by e.seq_id limit {limit}))
                order by d.seq_id limit {PageSize}
                """,
                ct,
                position.Upto,
                holes.Select(h => h.From).ToArray(),
                holes.Select(h => h.To).ToArray());
        await foreach (var e in read) events.Add(e);
        return events;
    }

    /// <summary>The transactions that have drawn a number and not ended; see <see cref="RelayPosition"/>.</summary>
    public async Task<HashSet<string>> Holders(NpgsqlConnection connection, CancellationToken ct) => [.. await connection.Rows(
        $"""
        select virtualtransaction from pg_locks
        where locktype = 'relation' and relation = '{_schema}.mt_events_sequence'::regclass and mode = 'RowExclusiveLock'
          and database = (select oid from pg_database where datname = current_database())
        """, r => r.GetString(0), ct)];
}
