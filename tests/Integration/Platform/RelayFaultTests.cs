using CurrencyRates.Sheets;
using Kit;
using Npgsql;
using RabbitMQ.Client;
using Xunit;
using Public = Platform.Contracts.CurrencyRates;

namespace Integration.Platform;

/// <summary>
/// Open transactions, rolled-back numbers, lost sessions and frozen processes must not stop, delay or reorder the relay.
/// </summary>
public class RelayFaultTests(ServiceFixture<RateSheet> service) : IClassFixture<ServiceFixture<RateSheet>>
{
    private const string Sequence = "currency_rates.mt_events_sequence";
    private static readonly DateOnly FirstDay = new(1980, 1, 1);
    private static int _days;

    private string Holder => RelayLock.Holder(service.Services);

    /// <summary>PostgreSQL does not document this, but the relay depends on it.</summary>
    [Fact]
    public async Task Nextval_keeps_a_lock_on_the_sequence_until_its_transaction_ends()
    {
        await using var drawing = await Connect();
        await using var reading = await Connect();
        await Run(reading, "begin isolation level repeatable read; select 1");
        Assert.Equal(0, await Drawing(drawing));
        foreach (var end in new[] { "commit", "rollback" })
        {
            await Run(drawing, $"begin; savepoint s; select nextval('{Sequence}')");
            Assert.Equal(1, await Drawing(drawing));
            await Run(drawing, "rollback to savepoint s; select 1");
            // A rolled-back savepoint releases the lock, and the number can no longer be used.
            Assert.InRange(await Drawing(drawing), 0, 1);
            await Run(drawing, $"select nextval('{Sequence}')");
            Assert.Equal(1, await Drawing(drawing));
            await Run(drawing, end);
            Assert.Equal(0, await Drawing(drawing));
        }
    }

    /// <summary>The order within each stream depends on this, and a new version of Marten might change it.</summary>
    [Fact]
    public async Task Appending_reads_the_version_before_it_draws_a_sequence_number_and_versions_are_unique()
    {
        var body = (await service.Servers.Query<string>("select prosrc from pg_proc where proname = 'mt_quick_append_events'"))!;
        Assert.InRange(body.IndexOf("select version", StringComparison.Ordinal), 0, body.IndexOf("nextval", StringComparison.Ordinal));
        Assert.True(await service.Servers.Query<bool>(
            "select exists (select from pg_indexes where tablename = 'mt_events' and indexdef like '%UNIQUE%(stream_id, version)%')"));
        Assert.Equal(1, await service.Servers.Query<long>($"select seqcache from pg_sequence where seqrelid = '{Sequence}'::regclass"));
    }

    [Fact]
    public async Task An_open_transaction_delays_only_its_own_event()
    {
        var (held, free) = (NewDay(), NewDay());
        await using var slow = await Connect();
        await Run(slow, "begin");
        await Append(slow, held);
        await Record(free, 5);
        await HeardOf(free, 5);
        Assert.Empty(Heard(held));
        await EventuallyHealth("cause", "belongs to a transaction that has not ended");

        await Run(slow, "commit");
        await HeardOf(held, 1);
    }

    [Fact]
    public async Task A_rolled_back_number_and_a_long_snapshot_delay_no_event()
    {
        await using var dump = await Connect();
        await Run(dump, "begin isolation level repeatable read; select count(*) from currency_rates.mt_events");
        await using var burning = await Connect();
        for (var i = 0; i < 3; i++)
        {
            var day = NewDay();
            await Run(burning, $"begin; select nextval('{Sequence}'); rollback");
            await Record(day, 1);
            await HeardOf(day, 1);
        }
        await Eventually.IsTrue(() => service.Servers.Query<bool>("select holes = '{}' from currency_rates.relay"), "there are no holes");
    }

    [Fact]
    public async Task A_hole_survives_a_change_of_leader()
    {
        var (held, free) = (NewDay(), NewDay());
        await using var slow = await Connect();
        await Run(slow, "begin");
        await Append(slow, held);
        await Record(free, 1);
        await HeardOf(free, 1);
        await Eventually.IsTrue(() => service.Servers.Query<bool>("select holes <> '{}' from currency_rates.relay"), "the hole is stored");
        await EndLeadersSession();

        await Run(slow, "commit");
        await HeardOf(held, 1);
    }

    [Fact]
    public async Task Losing_the_leaders_session_six_times_loses_no_event_and_keeps_the_order()
    {
        await service.Replica();
        DateOnly[] days = [.. Enumerable.Range(0, 4).Select(_ => NewDay())];
        var writing = Task.WhenAll(days.Select(day => Record(day, 30)));
        for (var i = 0; i < 6; i++) await EndLeadersSession();
        await writing;
        foreach (var day in days)
        {
            await HeardOf(day, 30);
            Assert.Equal(Enumerable.Range(1, 30).Select(v => (long)v), Heard(day).Distinct());
        }
    }

    [Fact]
    public async Task A_new_leader_reads_a_relay_trail_of_any_length()
    {
        var ct = TestContext.Current.CancellationToken;
        await using (var connection = await new ConnectionFactory { Uri = service.Servers.Bus }.CreateConnectionAsync(ct))
        await using (var channel = await connection.CreateChannelAsync(cancellationToken: ct))
            for (var n = 0; n < 5000; n++)
                await channel.BasicPublishAsync("", "currency-rates-relayed", """{"events":[]}"""u8.ToArray(), ct);
        await Eventually.IsTrue(
            async () => await service.Servers.Queue("currency-rates-relayed") is { Messages: > 5000 }, "the messages are stored");
        foreach (var day in new[] { NewDay(), NewDay() })
        {
            await EndLeadersSession();
            await Record(day, 1);
            await HeardOf(day, 1);
        }
    }

    [Fact]
    public async Task A_replica_of_the_previous_version_excludes_this_one_and_hands_over_its_position()
    {
        await using var before = await Connect();
        await EndLeadersSession(holdInstead: before);
        foreach (var replica in service.Replicas) // a former leader may publish events until it notices that it lost the lock
            await EventuallyHealth("leads", "\"leads\":false", replica.Services);
        var day = NewDay();
        await Record(day, 3);
        // The previous version has published two of the three events.
        await Run(before,
            "insert into currency_rates.mt_event_progression (name, last_seq_id) select 'relay:All', max(seq_id) - 1 from "
            + "currency_rates.mt_events"
            + " on conflict (name) do update set last_seq_id = excluded.last_seq_id");
        Assert.Empty(Heard(day));
        await before.CloseAsync();
        await HeardOf(day, 1);
        Assert.Equal([3L], Heard(day));
    }

    [Fact]
    public async Task An_event_of_an_unknown_type_stops_the_relay_with_a_reason_until_its_type_is_known()
    {
        await service.Replica(); // replicas take turns when a term fails, so one may report the reason and another one clear it
        var (unknown, after) = (NewDay(), NewDay());
        await using var newer = await Connect();
        await Append(newer, unknown, "rates_foretold");
        await Record(after, 1);
        await EventuallyHealth("cause", "rates_foretold");
        Assert.Empty(Heard(after));

        await Run(
            newer,
            "update currency_rates.mt_events set type = 'rates_recorded', mt_dotnet_type = 'CurrencyRates.RatesRecorded, CurrencyRates' "
            + "where type = 'rates_foretold'");
        await HeardOf(unknown, 1);
        await HeardOf(after, 1);
        await Eventually.IsTrue(
            () => service.Servers.Query<bool>("select count(*) = 0 from currency_rates.mt_doc_relaytrouble"), "the reason is cleared");
    }

    private async Task EndLeadersSession(NpgsqlConnection? holdInstead = null)
    {
        await Eventually.IsTrue(() => service.Servers.Query<bool>($"select exists(select {Holder})"), "a replica leads");
        var pid = await service.Servers.Query<int>($"select a.pid {Holder}");
        var key = await service.Servers.Query<long>($"select (l.classid::bigint << 32) | l.objid::bigint {Holder}");
        if (holdInstead is not null) await Run(holdInstead, $"select pg_terminate_backend({pid}); select pg_advisory_lock({key})");
        else
        {
            await service.Servers.Query<bool>($"select pg_terminate_backend({pid})");
            await Eventually.IsTrue(
                () => service.Servers.Query<bool>($"select exists(select {Holder} and a.pid <> {pid})"), "a replica leads again");
        }
    }

    private static DateOnly NewDay() => FirstDay.AddDays(Interlocked.Increment(ref _days));

    private async Task<NpgsqlConnection> Connect()
    {
        var connection = new NpgsqlConnection($"{service.Servers.Database};Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    private static async Task Run(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<long> Drawing(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            $"select count(*) from pg_locks where relation = '{Sequence}'::regclass and mode = 'RowExclusiveLock' and pid = "
            + "pg_backend_pid()",
            connection);
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    /// <summary>Appends an event as another replica would, with Marten's own function, in the transaction of the connection.</summary>
    private static Task Append(NpgsqlConnection connection, DateOnly day, string type = "rates_recorded") => Run(connection,
        $$"""
        select currency_rates.mt_quick_append_events('{{RateSheet.Stream(
            day)}}', null, '*DEFAULT*', array[gen_random_uuid()], array['{{type}}'],
          array['CurrencyRates.{{(type == "rates_recorded"
              ? "RatesRecorded"
              : "RatesForetold")}}, CurrencyRates'],
          array['{"effectiveFrom": "{{day:yyyy-MM-dd}}", "source": "test", "rates": [],
            "recordedAt": "2026-01-01T00:00:00Z"}'::jsonb],
          array[null::bytea], array[null::varchar], array['test'])
        """);

    private async Task Record(DateOnly day, int versions)
    {
        using var client = service.Client("operator");
        for (var value = 1; value <= versions; value++)
        {
            var sheet = new { rates = new[] { new { id = "R01375", numCode = "156", charCode = "CNY", nominal = 1, value } } };
            Assert.InRange((int)(await client.Send($"PUT /api/rates/sheets/{day:yyyy-MM-dd}", sheet, ifMatch: "*")).Status, 201, 204);
        }
    }

    private long[] Heard(DateOnly day) =>
    [
        .. service.Bus.HeardWithIds<Public.RatesPublished>()
        .Where(h => h.Message.EffectiveFrom == day)
        .Select(h => h.Message.StreamVersion),
        .. service.Bus.HeardWithIds<Public.RatesCorrected>()
        .Where(h => h.Message.EffectiveFrom == day)
        .Select(h => h.Message.StreamVersion),
    ];

    private Task HeardOf(DateOnly day, int versions) =>
        Eventually.IsTrue(() => Task.FromResult(Heard(day).Distinct().Count() == versions), $"{versions} versions of {day} are received");

    private async Task EventuallyHealth(string name, string text, IServiceProvider? replica = null)
    {
        using var client = ServiceFixture<RateSheet>.Operator(replica ?? service.Services);
        await Eventually.IsTrue(
            async () => (await client.Send("GET /health/ready")).Body.Contains(text, StringComparison.Ordinal),
            $"the health check shows {text} in {name}");
    }
}
