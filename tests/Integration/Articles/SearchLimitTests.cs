using System.Net;
using Articles.Search;
using Kit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace Integration.Articles;

/// <summary>An expensive search must not block a connection that other readers wait for.</summary>
[Collection<ArticlesService>]
public class SearchLimitTests(ArticlesService service)
{
    [Fact]
    public async Task PostgreSQL_cancels_a_search_that_takes_too_long()
    {
        var search = service.Services.GetRequiredService<SearchDatabase>();
        Assert.Equal(["10s"], await search.Read("show statement_timeout", row => row.GetString(0), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Searches_that_take_long_do_not_delay_other_reads()
    {
        using var editor = new Editor(service.Client("editor"));
        var section = await editor.Section();
        var id = await editor.Publishes(section);
        var ct = TestContext.Current.CancellationToken;
        using var reader = service.Client();
        // Reads the dates of the articles, which are kept for a minute.
        (await reader.Send("GET /api/articles?q=trade")).Is(HttpStatusCode.OK);
        await using var connection = new NpgsqlConnection(service.Servers.Database);
        await connection.OpenAsync(ct);
        await using var locked = await connection.BeginTransactionAsync(ct);
        // Only searches use this table.
        await using var command = new NpgsqlCommand($"lock table {ArticleIndexProjection.Table}", connection);
        await command.ExecuteNonQueryAsync(ct);
        var searches = Enumerable.Range(0, 40).Select(i => reader.Send($"GET /api/articles?q=trade&limit={i + 1}")).ToArray();
        await Eventually.IsTrue(
            async () => await service.Servers.Query<long>("select count(*) from pg_stat_activity where wait_event_type = 'Lock' "
                + "and query like 'select found.version%' and datname = current_database()") == 10,
            "the searches wait for the lock");
        (await reader.Send($"GET /api/articles/{id}")).Is(HttpStatusCode.OK);
        (await reader.Send($"GET /api/articles?section={section}")).Is(HttpStatusCode.OK);
        Assert.DoesNotContain(searches, s => s.IsCompleted);
        await locked.RollbackAsync(ct);
        Assert.All(await Task.WhenAll(searches), s => s.Is(HttpStatusCode.OK));
    }

    [Fact]
    public async Task A_search_for_many_single_letters_succeeds()
    {
        using var editor = new Editor(service.Client("editor"));
        await editor.Publishes(await editor.Section());
        var letters = string.Join(" or ", "bcdefghjklmnopqrstuvwxyz".ToCharArray());
        using var reader = service.Client();
        (await reader.Send($"GET /api/articles?lang=en&limit=100&q={Uri.EscapeDataString(letters)}")).Is(HttpStatusCode.OK);
    }
}
