using System.Threading.Channels;
using MassTransit;
using Npgsql;
using NpgsqlTypes;
using Platform.Contracts;
using Platform.Messaging;
using Platform.Postgres;
using Platform.Web;

namespace Gateway.Live;

/// <summary>An entry with its id. Ids only increase, and are the same at every gateway.</summary>
public sealed record StoredEntry(long Id, LiveEntry Entry);

/// <summary>
/// Stores live events in the gateways' own database, so that a client that was disconnected receives them later from any gateway. There is
/// one row per stream, its newest event: a hidden comment is replaced by its hiding, and a message that arrives twice or late is rejected
/// by its version. One gateway at a time inserts rows, so that no id appears after a higher one was read.
/// </summary>
public sealed class LiveStore(NpgsqlDataSource database, TimeProvider clock, IConfiguration configuration, ILogger<LiveStore> log)
    : BackgroundService
{
    /// <summary>The queue of public events that all gateways share.</summary>
    public const string Queue = "gateway-live";
    /// <summary>How much out of order events of different streams may arrive.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(1);
    /// <summary>The notification channel, notified after each commit that stored entries.</summary>
    public const string ChannelName = "live_placed";
    private const int PageSize = 500;

    private readonly TimeSpan _keep = TimeSpan.FromHours(configuration.GetValue("Gateway:Live:KeepHours", 24.0));
    private readonly Channel<PendingEntry> _pending = Channel.CreateUnbounded<PendingEntry>(new() { SingleReader = true });
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The longest time between two reads of the table.</summary>
    public TimeSpan PollInterval => TimeSpan.FromSeconds(Math.Min(5, _keep.TotalSeconds / 10));
    /// <summary>Completes when the tables exist.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Stores an entry. Concurrent calls are committed in one transaction (group commit).</summary>
    public async Task Append(LiveEntry entry, CancellationToken ct)
    {
        // Older than the retention time: whether something newer was already delivered is no longer known.
        if (entry.OccurredAt < clock.GetUtcNow() - _keep) return;
        var pending = new PendingEntry(entry, new(TaskCreationOptions.RunContinuationsAsynchronously));
        await _pending.Writer.WriteAsync(pending, ct);
        await pending.Stored.Task.WaitAsync(ct);
    }

    /// <summary>
    /// The entries after an id, in order: at most one page, empty at the end. Comments on a retracted article are left out.
    /// </summary>
    public async Task<IReadOnlyList<StoredEntry>> After(long id, CancellationToken ct) =>
        await database.Rows(
            $"""
            select id, topic, stream, version, occurred_at, article, gone, langs, data from live.entry e
            where id > $1 and not (topic = 'comment' and exists (
              select from live.entry a where a.topic = 'article' and a.gone and a.article = e.article))
            order by id limit {PageSize}
            """,
            row => new StoredEntry(
                row.GetInt64(0),
                new(
                    row.GetString(1),
                    row.GetString(2),
                    row.GetInt64(3),
                    row.GetFieldValue<DateTimeOffset>(4),
                    row.IsDBNull(5) ? null : row.GetGuid(5),
                    row.GetBoolean(6),
                    row.GetFieldValue<string[]>(7),
                    row.GetString(8))),
            ct,
            id);

    /// <summary>
    /// The last id that was deleted, and the last id that was assigned. A client whose last id is below the first or above the second
    /// cannot get all events that it missed.
    /// </summary>
    public async Task<(long Expired, long Newest)> Bounds(CancellationToken ct) =>
        (await database.Rows(
            "select (select id from live.forgotten), (select case when is_called then last_value else 0 end from live.place)",
            row => (row.GetInt64(0), row.GetInt64(1)),
            ct))[0];

    /// <summary>
    /// The highest id that is visible, of an entry or of an id without an entry. Entries that are inserted later have higher ids.
    /// </summary>
    public async Task<long> Newest(CancellationToken ct) =>
        (await database.Rows(
            "select greatest((select max(id) from live.entry), (select id from live.forgotten))", row => row.GetInt64(0), ct))[0];

    /// <summary>The time from which events may be missing if the queue lost its messages.</summary>
    public async Task<DateTimeOffset> RefillFrom(CancellationToken ct)
    {
        await Ready.WaitAsync(ct);
        await using var command = database.CreateCommand("select occurred_at from live.entry order by placed_at desc limit 1");
        var newest = await command.ExecuteScalarAsync(ct) is DateTime at ? at : clock.GetUtcNow();
        return newest - Overlap;
    }

    /// <summary>
    /// Consumes an id without an entry and marks all earlier ids as expired, so that every client that reconnects must reload what it
    /// displays.
    /// </summary>
    public async Task<long> InvalidateAll(CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select pg_advisory_xact_lock(hashtext('live')); update live.forgotten set id = nextval('live.place') returning id");
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        await reader.ReadAsync(ct);
        return reader.GetInt64(0);
    }

    /// <summary>Deletes entries that are older than the retention time.</summary>
    public async Task DeleteExpired(CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            with gone as (delete from live.entry where placed_at < $1 returning id)
            update live.forgotten set id = greatest(id, (select max(id) from gone)) where exists (select from gone)
            """);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow() - _keep });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!_ready.Task.IsCompleted)
        {
            try
            {
                await CreateTables(stoppingToken);
                _ready.SetResult();
            }
            catch (NpgsqlException e)
            {
                LiveLog.StoreUnavailable(log, e);
                await Task.Delay(TimeSpan.FromSeconds(1), clock, stoppingToken);
            }
        }
        while (await _pending.Reader.WaitToReadAsync(stoppingToken))
        {
            var batch = new List<PendingEntry>();
            while (batch.Count < PageSize && _pending.Reader.TryRead(out var pending)) batch.Add(pending);
            try
            {
                await Insert(batch, stoppingToken);
                foreach (var pending in batch) pending.Stored.SetResult();
            }
            catch (Exception e)
            {
                if (Connections.IsReadOnly(e)) database.Clear();
                // The consumers retry: their messages stay in the queue.
                foreach (var pending in batch) pending.Stored.SetException(e);
            }
        }
    }

    private async Task CreateTables(CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            select pg_advisory_xact_lock(hashtext('live'));
            create schema if not exists live;
            create sequence if not exists live.place;
            create table if not exists live.entry (stream text primary key, id bigint not null unique, version bigint not null,
              topic text not null, article uuid, gone boolean not null, langs text[] not null, data text not null,
              occurred_at timestamptz not null, placed_at timestamptz not null);
            alter table live.entry add column if not exists epoch bigint not null default 0;
            create index if not exists entry_retracted on live.entry (article) where topic = 'article' and gone;
            create index if not exists entry_placed on live.entry (placed_at);
            create table if not exists live.forgotten (single boolean primary key default true check (single), id bigint not null);
            insert into live.forgotten (id) values (0) on conflict do nothing;
            """);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>
    /// Inserts a batch in one transaction. The lock is held until the commit, so a reader that sees an id has also seen all lower ids.
    /// </summary>
    private async Task Insert(List<PendingEntry> batch, CancellationToken ct)
    {
        var newest = batch.Select(a => a.Entry).GroupBy(e => e.Stream).Select(stream => stream.MaxBy(e => (e.Epoch, e.Version))!).ToArray();
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var write = new NpgsqlBatch(connection);
        write.BatchCommands.Add(new("select pg_advisory_xact_lock(hashtext('live'))"));
        write.BatchCommands.Add(new("""
            insert into live.entry as known (stream, id, version, topic, article, gone, langs, data, occurred_at, placed_at, epoch)
            select stream, nextval('live.place'), version, topic, article, gone, string_to_array(langs, ','), data, occurred_at, $10, epoch
            from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
              as new (stream, version, topic, article, gone, langs, data, occurred_at, epoch)
            where not exists (
              select from live.entry e where e.stream = new.stream and (e.epoch, e.version) >= (new.epoch, new.version))
            on conflict (stream) do update set id = excluded.id, version = excluded.version, epoch = excluded.epoch,
              topic = excluded.topic, article = excluded.article, gone = excluded.gone, langs = excluded.langs,
              data = excluded.data, occurred_at = excluded.occurred_at, placed_at = excluded.placed_at
            """)
        {
            Parameters =
            {
                Array(NpgsqlDbType.Text, e => e.Stream),
                Array(NpgsqlDbType.Bigint, e => e.Version),
                Array(NpgsqlDbType.Text, e => e.Topic),
                Array(NpgsqlDbType.Uuid, e => e.Article),
                Array(NpgsqlDbType.Boolean, e => e.Gone),
                Array(NpgsqlDbType.Text, e => string.Join(',', e.Langs)),
                Array(NpgsqlDbType.Text, e => e.Data),
                Array(NpgsqlDbType.TimestampTz, e => e.OccurredAt.ToUniversalTime()),
                Array(NpgsqlDbType.Bigint, e => e.Epoch),
                new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow() },
            },
        });
        write.BatchCommands.Add(new($"select pg_notify('{ChannelName}', '')"));
        await write.ExecuteNonQueryAsync(ct);

        NpgsqlParameter Array<T>(NpgsqlDbType type, Func<LiveEntry, T> value) =>
            new() { Value = newest.Select(value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type };
    }

    private sealed record PendingEntry(LiveEntry Entry, TaskCompletionSource Stored);
}

/// <summary>
/// Stores public events for live clients, from the queue that all gateways share. Replayed events are ignored, except those of a refill,
/// which may have been lost with the queue. The store rejects events that it already has.
/// </summary>
public sealed class LiveListener<T>(LiveStore store) : IConsumer<T> where T : class
{
    public Task Consume(ConsumeContext<T> context) =>
        context.IsReplay() && !context.IsRefill()
            ? Task.CompletedTask
            : store.Append(LiveEvents.Entry(context.Message) with { Epoch = context.Epoch() }, context.CancellationToken);
}

/// <summary>As <see cref="LiveListener{T}"/>, for events that were sent in a batch.</summary>
public sealed class LiveBatchListener<T>(LiveStore store) : IConsumer<EventBatch<T>> where T : class
{
    public Task Consume(ConsumeContext<EventBatch<T>> context) =>
        context.IsReplay() && !context.IsRefill()
            ? Task.CompletedTask
            : Task.WhenAll(context.Message.Events.Select(e =>
                store.Append(LiveEvents.Entry(e) with { Epoch = context.Epoch() }, context.CancellationToken)));
}
