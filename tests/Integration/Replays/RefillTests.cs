using Articles.Publishing;
using Kit;
using Npgsql;
using Xunit;
using ArticlePublished = Platform.Contracts.Articles.ArticlePublished;

namespace Integration.Replays;

/// <summary>
/// A service that has lost its database is refilled by replays to its own queues, without an admin. Other services receive nothing.
/// </summary>
public class RefillTests(ServiceFixture<Article> articles) : IClassFixture<ServiceFixture<Article>>
{
    private const int Many = 25;

    [Fact]
    public async Task A_service_that_lost_its_database_gets_its_copies_back_and_other_services_receive_nothing()
    {
        await using var elsewhere = await Servers.New();
        string before;
        using (var comments = await ServiceProcess.Start("Comments", elsewhere.Database, articles.Servers.Bus, "comments-1"))
        {
            using var editor = articles.Client("editor");
            var names = new { en = "News", ru = "Новости", zh = "新闻" };
            (await editor.Send("PUT /api/sections/news", new { order = 1, names })).Is(System.Net.HttpStatusCode.Created);
            for (var i = 0; i < Many; i++)
            {
                var id = Some.Id();
                await editor.Send(
                    $"PUT /api/articles/{id}",
                    new
                    {
                        section = "news",
                        translations = new { en = new { title = Some.Word("title"), lead = "In short", body = "<p>At length</p>" } },
                    });
                (await editor.Send($"POST /api/articles/{id}/publish", ifMatch: "*")).Is(System.Net.HttpStatusCode.NoContent);
                if (i % 5 == 0)
                    (await editor.Send($"POST /api/articles/{id}/retract", new { note = "It was wrong." }, ifMatch: "*"))
                        .Is(System.Net.HttpStatusCode.NoContent);
            }
            await Eventually.IsTrue(
                async () => await Known(elsewhere) == (Many, Many / 5), "comments has received all articles", TimeSpan.FromSeconds(90));
            before = (await Copies(elsewhere))!;
            await comments.Stop();
        }
        await Eventually.IsTrue(
            () => articles.Servers.Query<bool>("select position = (select max(seq_id) from articles.mt_events) from articles.relay"),
            "the relay has published all events");
        var heard = articles.Bus.Received<ArticlePublished>().Count;
        await Recreate(elsewhere);
        using var empty = await ServiceProcess.Start("Comments", elsewhere.Database, articles.Servers.Bus, "comments-1");
        await Eventually.IsTrue(
            async () => await Copies(elsewhere) == before, "comments has the same copies again", TimeSpan.FromSeconds(90));
        Assert.Equal(heard, articles.Bus.Received<ArticlePublished>().Count);
        Assert.True(await articles.Servers.Queue("articles-when-discussion-changed") is { Messages: 0 });
    }

    private static async Task<(long, long)> Known(Servers comments) =>
        (
            await comments.Query<long>("select count(*) from comments.mt_doc_articlecopy"),
            await comments.Query<long>("select count(*) from comments.mt_doc_articlecopy where (data ->> 'retracted')::boolean"));

    private static Task<string?> Copies(Servers comments) =>
        comments.Query<string>("select string_agg(id || data::text, '' order by id) from comments.mt_doc_articlecopy");

    private static async Task Recreate(Servers servers)
    {
        NpgsqlConnection.ClearAllPools();
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(servers.Database) { Database = "postgres" }.ConnectionString);
        await connection.OpenAsync();
        foreach (var sql in new[] { $"drop database {servers.Name} with (force)", $"create database {servers.Name}" })
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
