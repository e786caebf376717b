using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Npgsql;
using Platform.Postgres;
using Weasel.Postgresql.Tables;

namespace Platform.EventSourcing;

/// <summary>The SQL of the relay: its position, the next events, and the transactions that may still fill a hole.</summary>
internal sealed class RelayTable(IDocumentStore store)
{
    /// <summary>The maximum number of events in a page.</summary>
    public const int PageSize = 500;

    /// <summary>With more holes than this, which only a huge import causes, no events after them are read until some are filled.</summary>
    private const int MaxHoles = 5000;

    private readonly string _schema = store.Options.Events.DatabaseSchemaName;

    /// <summary>
    /// The key of the relay's advisory lock. Earlier versions ran the relay as a subscription of Marten's daemon, which computes this key
    /// from its name. Using the same key ensures that old and new replicas exclude each other during an upgrade.
    /// </summary>
    public long LockKey { get; } = ProjectionLockIds.Compute(
        store.Options.Events.DatabaseSchemaName, new ShardName(Relay.Id), ((StoreOptions)store.Options).Projections.DaemonLockId);

    /// <summary>Declares the table. <c>holes</c> contains the first and the last number of each hole in turn.</summary>
    public static void Configure(StoreOptions options)
    {
        var table = new Table($"{options.DatabaseSchemaName}.relay");
        table.AddColumn<string>("name").AsPrimaryKey();
        table.AddColumn<long>("position").NotNull();
        table.AddColumn("holes", "bigint[]").NotNull().DefaultValueByExpression("'{}'");
        options.Storage.ExtendedSchemaObjects.Add(table);
    }

    /// <summary>
    /// Loads the position of the last leader. Replicas of an earlier version store it in Marten's table. If one of them was the last
    /// leader, the position there is ahead of the one in this table. Later commits of this session, which only save the position, are not
    /// flushed: if the database crashes, messages are repeated, but none is lost.
    /// </summary>
    public async Task<RelayPosition> Load(NpgsqlConnection leader, CancellationToken ct)
    {
        await leader.Run($"insert into {_schema}.relay (name, position) values ('{Relay.Id}', 0) on conflict do nothing", ct);
        var (position, holes, earlier) = (await leader.Rows(
            $"""
            select position, holes,
              coalesce((select last_seq_id from {_schema}.mt_event_progression where name = '{Relay.Id}:{ShardName.All}'), 0)
            from {_schema}.relay where name = '{Relay.Id}'
            """, r => (r.GetInt64(0), r.GetFieldValue<long[]>(1), r.GetInt64(2)), ct)).Single();
        await leader.Run("set synchronous_commit = off", ct);
        return earlier > position ? new(earlier, []) : new(position, holes.Chunk(2).Select(h => new SequenceRange(h[0], h[1])));
    }

    /// <summary>
    /// Saves the position on the session that holds the lock, so that a replica that has lost the lock cannot save it. With
    /// <paramref name="forEarlierVersions"/> it is also saved in Marten's table, from which a replica of an earlier version continues after
    /// a rollback.
    /// </summary>
    public async Task<int> Save(NpgsqlConnection leader, RelayProgress published, bool forEarlierVersions, CancellationToken ct)
    {
        var saved = await leader.Run(
            $"update {_schema}.relay set position = $1, holes = $2 where name = '{Relay.Id}'",
            ct,
            published.Upto,
            published.Holes.SelectMany(h => new[] { h.From, h.To }).ToArray());
        if (forEarlierVersions)
            await leader.Run(
                $"""
                insert into {_schema}.mt_event_progression (name, last_seq_id) values ('{Relay.Id}:{ShardName.All}', $1)
                on conflict (name) do update set last_seq_id = excluded.last_seq_id
                """, ct, published.Contiguous);
        return saved;
    }

    /// <summary>Reads the next events in the order of their numbers: those that fill holes, and those after the position.</summary>
    public static async Task<List<IEvent>> Next(
        NpgsqlConnection connection, StoredEvents stored, RelayPosition position, CancellationToken ct)
    {
        var holes = position.Holes;
        var limit = holes.Count > MaxHoles ? 0 : PageSize;
        var events = new List<IEvent>();
        var read = holes.Count == 0
            ? stored.Read(connection, $"d.seq_id > $1 order by d.seq_id limit {PageSize}", ct, position.Upto)
            : stored.Read(
                connection,
                $"""
                d.seq_id in (
                  (select e.seq_id from unnest($2::bigint[], $3::bigint[]) hole(first, last)
                   join {stored.Table} e on e.seq_id between first and last order by e.seq_id limit {PageSize})
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

    /// <summary>Returns the open transactions that have drawn a sequence number (see <see cref="RelayPosition"/>).</summary>
    public async Task<HashSet<string>> Holders(NpgsqlConnection connection, CancellationToken ct) => [.. await connection.Rows(
        $"""
        select virtualtransaction from pg_locks
        where locktype = 'relation' and relation = '{_schema}.mt_events_sequence'::regclass and mode = 'RowExclusiveLock'
          and database = (select oid from pg_database where datname = current_database())
        """, r => r.GetString(0), ct)];
}
