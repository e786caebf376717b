using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using CurrencyRates;
using CurrencyRates.Sheets;
using Kit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Platform.EventSourcing;
using Xunit;
using Public = Platform.Contracts.CurrencyRates;

namespace Integration.Platform;

/// <summary>The relay publishes stored events, on replicas that are started and stopped by these tests.</summary>
public class RelayTests(RelayTests.Watched service) : IClassFixture<RelayTests.Watched>
{
    private static readonly DateOnly FirstDay = new(2000, 1, 1);
    private static int _days;

    private string Holder => RelayLock.Holder(service.Services);

    [Fact]
    public async Task Every_event_is_published_with_its_own_id_and_in_the_order_of_its_stream()
    {
        DateOnly[] days = [.. Enumerable.Range(0, 10).Select(_ => NewDay())];
        await Task.WhenAll(days.Select(day => Record(day, 20)));
        foreach (var day in days)
        {
            await HeardOf(day, 20);
            Assert.Equal(Enumerable.Range(1, 20).Select(v => (long)v), Heard(day).Select(h => h.Version).Distinct());
        }
        var stored =
            await service.Servers.Query<Guid[]>(
                $"select array_agg(id) from currency_rates.mt_events where stream_id = any(array['{string.Join(
                    "','", days.Select(RateSheet.Stream))}'])");
        Assert.Empty(stored!.Except(days.SelectMany(Heard).Select(h => h.MessageId!.Value)));
    }

    [Fact]
    public async Task Another_replica_continues_where_the_former_leader_stopped()
    {
        var before = NewDay();
        await Record(before, 20);
        await HeardOf(before, 20);
        await RelayIsDone();
        await service.Replica();

        var meanwhile = NewDay();
        await service.Stop(service.Replicas[0]);
        await Record(meanwhile, 20);
        await HeardOf(meanwhile, 20);
        Assert.Equal(Enumerable.Range(1, 20).Select(v => (long)v), Heard(before).Select(h => h.Version));
    }

    [Fact]
    public async Task The_relay_continues_from_its_position_after_a_restart()
    {
        var before = NewDay();
        await Record(before, 20);
        await HeardOf(before, 20);
        await RelayIsDone();
        foreach (var replica in service.Replicas.ToArray()) await service.Stop(replica);
        await service.Replica();

        var after = NewDay();
        await Record(after, 1);
        await HeardOf(after, 1);
        Assert.Equal(20, Heard(before).Length);
    }

    [Fact]
    public async Task The_relay_continues_after_its_leader_has_lost_the_lock()
    {
        var before = NewDay();
        await Record(before, 1);
        await HeardOf(before, 1);
        var holder = await service.Servers.Query<int>($"select a.pid {Holder}");
        Assert.True(await service.Servers.Query<bool>($"select pg_terminate_backend({holder})"));
        await Eventually.IsTrue(
            () => service.Servers.Query<bool>($"select exists(select {Holder} and a.pid <> {holder})"), "a replica holds the lock again");

        var after = NewDay();
        await Record(after, 20);
        await HeardOf(after, 20);
        // Until the former leader notices, both may publish. Events may then be repeated with the same id, but never out of order.
        Assert.Equal(Enumerable.Range(1, 20).Select(v => (long)v), Heard(after).Select(h => h.Version).Distinct());
        await Eventually.IsTrue(
            () => Task.FromResult(service.Replicas.Count(r => r.Services.GetRequiredService<Relay>().Leads) == 1),
            "the former leader has noticed");
    }

    [Fact]
    public async Task The_leader_holds_no_transaction_open_that_would_prevent_vacuuming()
    {
        await Record(NewDay(), 1);
        await RelayIsDone();
        await Eventually.IsTrue(
            () => service.Servers.Query<bool>($"select count(*) = 1 and bool_and(a.xact_start is null) {Holder}"),
            "the lock is held outside a transaction");
    }

    [Fact]
    public async Task Health_and_metrics_show_the_position_of_the_relay()
    {
        await Record(NewDay(), 1);
        await RelayIsDone();
        using var client = Watched.Operator(service.Services);
        var relay = (await client.Get<JsonElement>("/health/ready")).GetProperty("checks").GetProperty("relay");
        Assert.Equal("Healthy", relay.GetProperty("status").GetString());
        Assert.Equal(
            relay.GetProperty("data").GetProperty("head").GetInt64(), relay.GetProperty("data").GetProperty("position").GetInt64());
        await Eventually.IsTrue(
            async () =>
                (await client.Send("GET /metrics")).Body is var metrics
                && metrics.Contains("platform_relay_lag", StringComparison.Ordinal)
                && metrics.Contains("platform_relay_published", StringComparison.Ordinal),
            "the metrics contain the relay");
        Assert.Equal("Healthy", (await client.Send("GET /health/live")).Body);
    }

    [Fact]
    public async Task A_message_has_the_trace_of_the_request_that_caused_it()
    {
        var day = NewDay();
        using var caller = new Activity("caller") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        await Record(day, 1);
        await HeardOf(day, 1);
        Assert.Contains(
            $"{caller.TraceId}", service.Bus.TraceOf<Public.RatesPublished>(r => r.EffectiveFrom == day), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_that_are_stored_while_a_page_is_being_published_form_one_page()
    {
        await Record(NewDay(), 1);
        await RelayIsDone();
        var (first, meanwhile) = (NewDay(), NewDay());
        service.Hold();
        try
        {
            await Record(first, 1);
            await Eventually.IsTrue(() => Task.FromResult(!service.Pages.IsEmpty), "the first page is being published");
            await Record(meanwhile, 20);
        }
        finally
        {
            service.Release();
        }
        await HeardOf(meanwhile, 20);
        Assert.Equal([1, 20], service.Pages);
    }

    private static DateOnly NewDay() => FirstDay.AddDays(Interlocked.Increment(ref _days));

    private static object Sheet(int value) =>
        new { rates = new[] { new { id = "R01375", numCode = "156", charCode = "CNY", nominal = 1, value } } };

    private async Task Record(DateOnly day, int versions)
    {
        using var client = service.Client("operator");
        for (var value = 1; value <= versions; value++)
            Assert.InRange(
                (int)(await client.Send($"PUT /api/rates/sheets/{day:yyyy-MM-dd}", Sheet(value), ifMatch: "*")).Status, 201, 204);
    }

    private (long Version, Guid? MessageId)[] Heard(DateOnly day) =>
    [
        .. service.Bus.HeardWithIds<Public.RatesPublished>()
        .Where(h => h.Message.EffectiveFrom == day)
        .Select(h => (h.Message.StreamVersion, h.MessageId)),
        .. service.Bus.HeardWithIds<Public.RatesCorrected>()
        .Where(h => h.Message.EffectiveFrom == day)
        .Select(h => (h.Message.StreamVersion, h.MessageId)),
    ];

    private Task HeardOf(DateOnly day, int versions) =>
        Eventually.IsTrue(
            () => Task.FromResult(Heard(day).Select(h => h.Version).Distinct().Count() == versions),
            $"{versions} versions of {day} are received");

    private Task RelayIsDone() => Eventually.IsTrue(
        () => service.Servers.Query<bool>("select position = (select max(seq_id) from currency_rates.mt_events) from currency_rates.relay"),
        "the relay has published all events");

    /// <summary>A service that counts the pages of its relay and can hold them.</summary>
    public sealed class Watched : ServiceFixture<RateSheet>
    {
        private TaskCompletionSource _released = new();

        public Watched() => _released.SetResult();

        /// <summary>The number of events in each page since <see cref="Hold"/>.</summary>
        public ConcurrentQueue<int> Pages { get; } = [];

        /// <summary>Stops publishing pages.</summary>
        public void Hold()
        {
            _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Pages.Clear();
        }

        /// <summary>Continues publishing pages.</summary>
        public void Release() => _released.TrySetResult();

        protected override void Configure(IWebHostBuilder host) =>
            host.ConfigureTestServices(services => services.AddSingleton<Translate>(async (events, session, ct) =>
            {
                Pages.Enqueue(events.Count);
                await _released.Task.WaitAsync(ct);
                return await Outgoing.Translate(events, session, ct);
            }));
    }
}
