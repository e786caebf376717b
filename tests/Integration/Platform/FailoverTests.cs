using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Articles.Publishing;
using Integration.Articles;
using Kit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Platform.Postgres;
using Xunit;

namespace Integration.Platform;

/// <summary>The articles service on a primary and its standby.</summary>
public sealed class ArticlesOnTwoServers : ServiceFixture<Article>, IAsyncLifetime
{
    public ServerPair Pair { get; private set; } = null!;

    protected override void Configure(IWebHostBuilder host) => host.UseSetting("ConnectionStrings:Postgres", Pair.Connection);

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        Pair = await ServerPair.Start();
        await InitializeAsync();
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsync();
        await Pair.DisposeAsync();
    }
}

/// <summary>A service continues without manual steps when its primary is lost and the standby is promoted.</summary>
public class FailoverTests(ArticlesOnTwoServers service) : IClassFixture<ArticlesOnTwoServers>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<Guid, bool> _acknowledged = [];
    private readonly ConcurrentQueue<string> _unexpected = [];

    [Fact]
    public async Task Writes_succeed_again_after_a_failover_and_no_acknowledged_write_is_lost()
    {
        using var editor = service.Client("editor");
        var section = new { order = 1, names = new { en = "News", ru = "Новости", zh = "新闻" } };
        (await editor.Send("PUT /api/sections/news", section)).Is(HttpStatusCode.Created);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var writers = Enumerable.Range(0, 4).Select(_ => Task.Run(() => Write(editor, stop.Token), stop.Token)).ToArray();
        await Acknowledges(50);
        await service.Pair.KillPrimary();
        await service.Pair.Promote();
        var lost = Stopwatch.StartNew();
        await Acknowledges(_acknowledged.Count + 50);
        Assert.InRange(lost.Elapsed, TimeSpan.Zero, Limit);
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        Assert.Empty(_unexpected);
        foreach (var id in _acknowledged.Keys) (await editor.Send($"GET /api/articles/{id}/draft")).Is(HttpStatusCode.OK);
        var streams = string.Join("','", _acknowledged.Keys.Select(id => $"article-{id}"));
        Assert.Equal(
            _acknowledged.Count,
            await service.Pair.QueryStandby<long>($"select count(*) from articles.mt_streams where id in ('{streams}')"));
    }

    private Task Acknowledges(int count) =>
        Eventually.IsTrue(() => Task.FromResult(_acknowledged.Count >= count), $"{count} drafts are stored");

    /// <summary>Stores drafts and reads each of them at once. While the database is unavailable, both get 503.</summary>
    private async Task Write(HttpClient editor, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var id = Some.Id();
            var written = await editor.Send($"PUT /api/articles/{id}", Newsroom.Body(Newsroom.English()));
            if (written.Status is HttpStatusCode.Created)
            {
                var read = await editor.Send($"GET /api/articles/{id}/draft");
                if (read.Status is not (HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable)) _unexpected.Enqueue($"read: {read}");
                _acknowledged[id] = true;
            }
            else if (written.Status is not HttpStatusCode.ServiceUnavailable) _unexpected.Enqueue($"written: {written}");
        }
    }
}

/// <summary>A former primary that still responds, or that is silent and keeps its connections open.</summary>
public class FormerPrimaryTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Statements_at_a_former_primary_fail_and_new_ones_reach_the_new_primary(bool frozen)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var pair = await ServerPair.Start();
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:Postgres", pair.Connection)]);
        builder.Services.AddSingleton(TimeProvider.System).AddLogging();
        builder.AddDatabase("test");
        await using var app = builder.Build();
        var watch = app.Services.GetRequiredService<Database>();
        await watch.StartAsync(ct);
        var database = app.Services.GetRequiredService<NpgsqlDataSource>();
        var first = await Port(database);
        await using var busy = await database.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand("select pg_sleep(600)", busy) { CommandTimeout = 0 };
        var statement = command.ExecuteNonQueryAsync(ct);

        if (frozen) await pair.FreezePrimary();
        await pair.Promote();
        var lost = await Assert.ThrowsAnyAsync<Exception>(() => statement.WaitAsync(Eventually.Limit, ct));
        Assert.True(StoreProblems.StoreIsAway(lost), lost.ToString());
        await Eventually.IsTrue(async () => await Port(database) != first, "the new primary is reached");
        for (var i = 0; i < 50; i++) Assert.NotEqual(first, await Port(database));
        await watch.StopAsync(ct);
    }

    private static async Task<int> Port(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("select inet_server_port()");
        return (int)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
