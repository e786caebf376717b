using System.Net;
using Articles.Search;
using Kit;
using Microsoft.Extensions.DependencyInjection;
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
    public async Task A_search_for_many_single_letters_succeeds()
    {
        using var editor = new Editor(service.Client("editor"));
        await editor.Publishes(await editor.Section());
        var letters = string.Join(" or ", "bcdefghjklmnopqrstuvwxyz".ToCharArray());
        using var reader = service.Client();
        (await reader.Send($"GET /api/articles?lang=en&limit=100&q={Uri.EscapeDataString(letters)}")).Is(HttpStatusCode.OK);
    }
}
