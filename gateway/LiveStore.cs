using System.Threading.Channels;
using MassTransit;
using Npgsql;
using NpgsqlTypes;
using Platform.Contracts;
using Platform.EventSourcing;
using Platform.EventSourcing.Replays;

namespace Gateway;

/// <summary>An entry at its place: ids only grow, and are the same at every gateway.</summary>
public sealed record Placed(long Id, LiveEntry Entry);

/// <summary>
/// What was told, in the gateways' own database, so that whoever was away hears it later, from any gateway. One row for each stream, its
/// newest: what was hidden meanwhile is not kept beside its hiding, and a message that comes twice or late is refused by its version. Rows
/// are placed by one gateway at a time, so that no place appears behind one already read.
/// </summary>
public sealed class LiveStore(NpgsqlDataSource database, TimeProvider clock, IConfiguration configuration, ILogger<LiveStore> log)
    : BackgroundService
{
    /// <summary>The queue that fills it, shared by all gateways.</summary>
    public const string Queue = "gateway-live";
    /// <summary>Events of different streams may arrive so much out of order.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(1);
    /// <summary>Told after each commit that placed something.</summary>
    public const string ChannelName = "live_placed";
    private const int Page = 500;

    private readonly TimeSpan _keep = TimeSpan.FromHours(configuration.GetValue("Gateway:Live:KeepHours", 24.0));
    private readonly Channel<Arrival> _arrived = Channel.CreateUnbounded<Arrival>(new() { SingleReader = true });
    private readonly TaskCompletionSource _made = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How long at most between two looks at it.</summary>
    public TimeSpan Pause => TimeSpan.FromSeconds(Math.Min(5, _keep.TotalSeconds / 10));
    /// <summary>Its tables are there.</summary>
    public Task Made => _made.Task;

    /// <summary>Done when it is stored. Those that wait at the same moment share a transaction.</summary>
    public async Task Append(LiveEntry entry, CancellationToken ct)
    {
        // Older than what is kept: nobody knows any more whether something newer was told.
        if (entry.OccurredAt < clock.GetUtcNow() - _keep) return;
        var arrival = new Arrival(entry, new(TaskCreationOptions.RunContinuationsAsynchronously));
        await _arrived.Writer.WriteAsync(arrival, ct);
        await arrival.Stored.Task.WaitAsync(ct);
    }

    /// <summary>
    /// What comes after that place, in order: a page at most, empty at the end. Comments under an article that was taken back are left out.
    /// </summary>
    public async Task<IReadOnlyList<Placed>> After(long id, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"""
            select id, topic, stream, version, occurred_at, article, gone, langs, data from live.entry e
            where id > $1 and not (topic = 'comment' and exists (select from live.entry a where a.topic = 'article' and a.gone and a.article = e.article))
            order by id limit {Page}
            """);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var page = new List<Placed>();
        while (await reader.ReadAsync(ct))
            page.Add(
                new(
                    reader.GetInt64(0),
                    new(
                        reader.GetString(1),
                        reader.GetString(2),
                        reader.GetInt64(3),
                        reader.GetFieldValue<DateTimeOffset>(4),
                        reader.IsDBNull(5) ? null : reader.GetGuid(5),
                        reader.GetBoolean(6),
                        reader.GetFieldValue<string[]>(7),
                        reader.GetString(8))));
        return page;
    }

    /// <summary>
    /// The last place that was forgotten, and the last one ever given: whoever has heard less than the first or more than the second cannot
    /// be told what they missed.
    /// </summary>
    public async Task<(long Forgotten, long Newest)> Bounds(CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select (select id from live.forgotten), (select case when is_called then last_value else 0 end from live.place)");
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>The time from which events may be missing if the queue lost its messages.</summary>
    public async Task<DateTimeOffset> RefillFrom(CancellationToken ct)
    {
        await Made.WaitAsync(ct);
        await using var command = database.CreateCommand("select occurred_at from live.entry order by placed_at desc limit 1");
        var newest = await command.ExecuteScalarAsync(ct) is DateTime at ? at : clock.GetUtcNow();
        return newest - Overlap;
    }

    /// <summary>A place that is given to nothing: whoever comes back with an earlier one is told to load anew what they show.</summary>
    public async Task<long> ForgetAll(CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select pg_advisory_xact_lock(hashtext('live')); update live.forgotten set id = nextval('live.place') returning id");
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        await reader.ReadAsync(ct);
        return reader.GetInt64(0);
    }

    /// <summary>Drops what is older than is kept.</summary>
    public async Task Forget(CancellationToken ct)
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
        while (!_made.Task.IsCompleted)
        {
            try
            {
                await MakeTables(stoppingToken);
                _made.SetResult();
            }
            catch (NpgsqlException e)
            {
                LiveLog.StoreIsAway(log, e);
                await Task.Delay(TimeSpan.FromSeconds(1), clock, stoppingToken);
            }
        }
        while (await _arrived.Reader.WaitToReadAsync(stoppingToken))
        {
            var batch = new List<Arrival>();
            while (batch.Count < Page && _arrived.Reader.TryRead(out var arrival)) batch.Add(arrival);
            try
            {
                await Place(batch, stoppingToken);
                foreach (var arrival in batch) arrival.Stored.SetResult();
            }
            catch (Exception e)
            {
                if (Connections.IsReadOnly(e)) database.Clear();
                // Whoever brought it tries again: the message stays in its queue.
                foreach (var arrival in batch) arrival.Stored.SetException(e);
            }
        }
    }

    private async Task MakeTables(CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            select pg_advisory_xact_lock(hashtext('live'));
            create schema if not exists live;
            create sequence if not exists live.place;
            create table if not exists live.entry (stream text primary key, id bigint not null unique, version bigint not null, topic text not null, article uuid, gone boolean not null,
              langs text[] not null, data text not null, occurred_at timestamptz not null, placed_at timestamptz not null);
            alter table live.entry add column if not exists epoch bigint not null default 0;
            create index if not exists entry_retracted on live.entry (article) where topic = 'article' and gone;
            create index if not exists entry_placed on live.entry (placed_at);
            create table if not exists live.forgotten (single boolean primary key default true check (single), id bigint not null);
            insert into live.forgotten (id) values (0) on conflict do nothing;
            """);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>
    /// One transaction, as a batch is. The lock is held until it is committed: who reads a place later has seen all before it.
    /// </summary>
    private async Task Place(List<Arrival> batch, CancellationToken ct)
    {
        var newest = batch.Select(a => a.Entry).GroupBy(e => e.Stream).Select(stream => stream.MaxBy(e => (e.Epoch, e.Version))!).ToArray();
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var write = new NpgsqlBatch(connection);
        write.BatchCommands.Add(new("select pg_advisory_xact_lock(hashtext('live'))"));
        foreach (var entry in newest)
            write.BatchCommands.Add(new("""
                insert into live.entry as known (stream, id, version, topic, article, gone, langs, data, occurred_at, placed_at, epoch)
                select $1, nextval('live.place'), $2, $3, $4, $5, $6, $7, $8, $9, $10
                where not exists (select from live.entry where stream = $1 and (epoch, version) >= ($10, $2))
                on conflict (stream) do update set id = excluded.id, version = excluded.version, epoch = excluded.epoch, topic = excluded.topic, article = excluded.article, gone = excluded.gone,
                  langs = excluded.langs, data = excluded.data, occurred_at = excluded.occurred_at, placed_at = excluded.placed_at
                """)
            {
                Parameters =
                {
                    new NpgsqlParameter<string> { TypedValue = entry.Stream },
                    new NpgsqlParameter<long> { TypedValue = entry.Version },
                    new NpgsqlParameter<string> { TypedValue = entry.Topic },
                    new NpgsqlParameter { Value = (object?)entry.Article ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
                    new NpgsqlParameter<bool> { TypedValue = entry.Gone },
                    new NpgsqlParameter<string[]> { TypedValue = [.. entry.Langs] },
                    new NpgsqlParameter<string> { TypedValue = entry.Data },
                    new NpgsqlParameter<DateTimeOffset> { TypedValue = entry.OccurredAt.ToUniversalTime() },
                    new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow() },
                    new NpgsqlParameter<long> { TypedValue = entry.Epoch },
                },
            });
        write.BatchCommands.Add(new($"select pg_notify('{ChannelName}', '')"));
        await write.ExecuteNonQueryAsync(ct);
    }

    private sealed record Arrival(LiveEntry Entry, TaskCompletionSource Stored);
}

/// <summary>
/// Stores public events for live listeners, from the queue that all gateways share. Events that a replay sends again are ignored, except
/// those of a refill: they may have been lost with the queue. The store refuses those that it has.
/// </summary>
public sealed class LiveListener<T>(LiveStore store) : IConsumer<T> where T : class
{
    public Task Consume(ConsumeContext<T> context) =>
        context.IsReplay() && !context.IsRefill()
            ? Task.CompletedTask
            : store.Append(WhatIsLive.Entry(context.Message) with { Epoch = context.Epoch() }, context.CancellationToken);
}

/// <summary>As <see cref="LiveListener{T}"/>, for events that were sent in a batch.</summary>
public sealed class LiveBatchListener<T>(LiveStore store) : IConsumer<EventBatch<T>> where T : class
{
    public Task Consume(ConsumeContext<EventBatch<T>> context) =>
        context.IsReplay() && !context.IsRefill()
            ? Task.CompletedTask
            : Task.WhenAll(context.Message.Events.Select(e =>
                store.Append(WhatIsLive.Entry(e) with { Epoch = context.Epoch() }, context.CancellationToken)));
}
