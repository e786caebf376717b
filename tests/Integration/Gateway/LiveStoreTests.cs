extern alias gateway;

using gateway::Gateway.Live;
using Kit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace Integration.Gateway;

/// <summary>The table of live events, and the feed that reads it.</summary>
public sealed class LiveStoreTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task Of_the_entries_of_a_stream_only_the_newest_is_stored()
    {
        foreach (var random in Some.Seeds(5))
        {
            var run = Guid.CreateVersion7();
            LiveEntry[] entries =
            [
                .. Enumerable.Range(0, 200).Select(_ =>
                    Entry($"{run}-{random.Next(20)}", random.Next(1, 10)) with { Epoch = random.Next(3) }),
            ];
            await using var database = NpgsqlDataSource.Create(gateway.Servers.Database);
            // Two groups: entries that are appended before the store starts are committed together.
            foreach (var group in entries.Chunk(100)) await AppendTogether(database, group);

            var expected = entries.GroupBy(e => e.Stream).Select(s => s.MaxBy(e => (e.Epoch, e.Version))!)
                .Select(e => $"{e.Stream} {e.Epoch} {e.Version}").Order(StringComparer.Ordinal);
            var stored = await gateway.Servers.Query<string[]>(
                $"select array_agg(stream || ' ' || epoch || ' ' || version) from live.entry where stream like '{run}-%'");
            Assert.Equal(expected, stored!.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task A_client_that_joins_while_events_arrive_misses_none()
    {
        await using var other = await gateway.Another();
        var (store, feed) = (other.Services.GetRequiredService<LiveStore>(), other.Services.GetRequiredService<LiveFeed>());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var writing = Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Append(store, stop.Token)));
        var received = new List<(long JoinedAt, long[] Ids)>();
        foreach (var random in Some.Seeds(200))
        {
            // The gateway has no clients meanwhile, so it only advances its position.
            for (var entries = random.Next(3); entries > 0; entries--) await store.Append(Entry(), Cancelled);
            var client = feed.Join(LiveFilter.Of(null, null), "192.0.2.1", () => { }, out _)!;
            var ids = new List<long>();
            while (ids.Count < 3)
                if (await client.Frames.ReadAsync(Cancelled) is { IsHeartbeat: false } frame) ids.Add(frame.Id);
            feed.Leave(client);
            received.Add((client.JoinedAt, [.. ids]));
        }
        await stop.CancelAsync();
        await writing;
        var all = await gateway.Servers.Query<long[]>("select array_agg(id order by id) from live.entry");
        Assert.All(received, r => Assert.Equal(all!.Where(id => id > r.JoinedAt).Take(r.Ids.Length), r.Ids));
    }

    [Fact]
    public async Task The_newest_id_excludes_entries_that_are_not_committed()
    {
        await using var other = await gateway.Another();
        var store = other.Services.GetRequiredService<LiveStore>();
        await store.Append(Entry(), Cancelled);
        var newest = await store.Newest(Cancelled);
        Assert.Equal(await gateway.Servers.Query<long>("select max(id) from live.entry"), newest);

        await gateway.Servers.Query<long>("select nextval('live.place')"); // another gateway is inserting an entry
        Assert.Equal(newest, await store.Newest(Cancelled));
        Assert.Equal(newest + 2, await store.InvalidateAll(Cancelled));
        Assert.Equal(newest + 2, await store.Newest(Cancelled));
    }

    [Fact]
    public async Task A_connection_that_returns_to_the_pool_does_not_listen()
    {
        var settings = new NpgsqlConnectionStringBuilder(gateway.Servers.Database) { MaxPoolSize = 3, NoResetOnClose = true };
        await using var database = new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
        using var store = StoreOn(database);
        await using var other = await gateway.Another();
        using var feed = new LiveFeed(
            store,
            database,
            TimeProvider.System,
            new ConfigurationBuilder().Build(),
            other.Services.GetRequiredService<IHostApplicationLifetime>(),
            NullLogger<LiveFeed>.Instance);
        await store.StartAsync(Cancelled);
        await feed.StartAsync(Cancelled);
        await Eventually.IsTrue(
            async () => (await feed.CheckHealthAsync(new(), Cancelled)).Status == HealthStatus.Healthy, "the feed listens");
        await feed.StopAsync(Cancelled);
        await store.StopAsync(Cancelled);

        var connections = new List<NpgsqlConnection>();
        for (var i = 0; i < 3; i++) connections.Add(await database.OpenConnectionAsync(Cancelled));
        foreach (var connection in connections)
        {
            await using (var channels = new NpgsqlCommand("select count(*) from pg_listening_channels()", connection))
                Assert.Equal(0L, await channels.ExecuteScalarAsync(Cancelled));
            await connection.DisposeAsync();
        }
    }

    private static LiveStore StoreOn(NpgsqlDataSource database) =>
        new(database, TimeProvider.System, new ConfigurationBuilder().Build(), NullLogger<LiveStore>.Instance);

    private static async Task AppendTogether(NpgsqlDataSource database, IEnumerable<LiveEntry> entries)
    {
        using var store = StoreOn(database);
        var appended = Task.WhenAll(entries.Select(e => store.Append(e, Cancelled)).ToArray());
        await store.StartAsync(Cancelled);
        await appended;
        await store.StopAsync(Cancelled);
    }

    private static async Task Append(LiveStore store, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested) await store.Append(Entry(), Cancelled);
    }

    private static LiveEntry Entry() => Entry($"rates-{Guid.CreateVersion7()}", 1);

    private static LiveEntry Entry(string stream, long version) =>
        new("rates", stream, version, TimeProvider.System.GetUtcNow(), null, false, [], "{}");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;
}
