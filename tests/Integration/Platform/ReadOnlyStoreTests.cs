using System.Net;
using Integration.Articles;
using Kit;
using Npgsql;
using Platform.Contracts.Comments;
using Xunit;

namespace Integration.Platform;

/// <summary>The database rejects writes for a while (SQLSTATE 25006), as during a failover or with a full disk.</summary>
public class ReadOnlyStoreTests(Newsroom desk) : IClassFixture<Newsroom>
{
    private const string Queue = "articles-when-discussion-changed";

    [Fact]
    public async Task Writes_get_503_reads_succeed_and_messages_stay_in_their_queue()
    {
        var article = await desk.Published(Newsroom.Body(Newsroom.English()));
        await ReadOnly(true);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, "/api/sections/late")
            {
                Content = new StringContent(
                    """{"order":9,"names":{"en":"Late","ru":"Поздно","zh":"晚"}}""", null, "application/json"),
            };
            using var refused = await desk.Editor.SendAsync(request, TestContext.Current.CancellationToken);
            var problem = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "3"), (refused.StatusCode, refused.Headers.RetryAfter?.ToString()));
            Assert.Contains("urn:problem-type:store-unavailable", problem, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, await desk.Status($"/api/articles/{article}"));
            await Eventually.IsTrue(
                async () => await desk.Status("/health/ready") == HttpStatusCode.ServiceUnavailable,
                "the replica is not ready");

            await desk.Bus.Publish(new DiscussionChanged(Some.Id(), $"discussion-{article}", 1, DateTimeOffset.UnixEpoch, article, 3));
            await Eventually.IsTrue(async () => await desk.Servers.Queue(Queue) is { Messages: 1 }, "the message stays in the queue");
        }
        finally
        {
            await ReadOnly(false);
        }
        await Eventually.IsTrue(
            async () => (await desk.Put(Some.Id(), Newsroom.Body(Newsroom.English()))).IsSuccessStatusCode,
            "writes succeed again",
            TimeSpan.FromSeconds(10));
        await Eventually.IsTrue(async () => await desk.Status("/health/ready") == HttpStatusCode.OK, "the replica is ready again");
        var counted = $"select count(*) from articles.mt_streams where id = 'discussion-{article}'";
        await Eventually.IsTrue(async () => await desk.Servers.Query<long>(counted) == 1, "the message took effect");
        Assert.True(await desk.Servers.Queue($"{Queue}_error") is null or { Messages: 0 });
    }

    /// <summary>Sets the mode of all new sessions. A session that is read-only stays so until it ends.</summary>
    private async Task ReadOnly(bool on)
    {
        const string Writable = "Pooling=false;Options=-c default_transaction_read_only=off";
        await using var connection = new NpgsqlConnection($"{desk.Servers.Database};{Writable}");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(
            $"""
            alter database {desk.Servers.Name} set default_transaction_read_only = {(on ? "on" : "off")};
            select pg_terminate_backend(pid) from pg_stat_activity
            where {(on ? "true" : "false")} and datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
            """, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
