using System.Net;
using System.Net.Http.Json;
using Articles;
using Kit;
using Xunit;
using Public = Platform.Contracts.Articles;

namespace Integration.Articles;

public class PublishingTests(ServiceFixture<Article> service) : IClassFixture<ServiceFixture<Article>>
{
    [Fact]
    public async Task A_published_article_is_listed_at_once_and_announced_on_the_bus()
    {
        using var editor = service.Client("editor");
        var id = Guid.CreateVersion7();
        await editor.PutAsJsonAsync("/api/sections/news", new { order = 1, names = new { en = "News", ru = "Новости", zh = "新闻" } }, TestContext.Current.CancellationToken);
        var drafted = await editor.PutAsJsonAsync($"/api/articles/{id}", new { section = "news", translations = new { en = new { title = "Title", body = "<p>Body</p>" } } }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, drafted.StatusCode);

        using var publish = new HttpRequestMessage(HttpMethod.Post, $"/api/articles/{id}/publish") { Headers = { { "If-Match", "\"1\"" } } };
        Assert.Equal(HttpStatusCode.NoContent, (await editor.SendAsync(publish, TestContext.Current.CancellationToken)).StatusCode);

        using var reader = service.Client();
        Assert.Contains(id.ToString(), await reader.GetStringAsync("/api/articles", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var announced = await service.Bus.Hears<Public.ArticlePublished>(a => a.ArticleId == id, "the article is announced");
        Assert.Equal(2, announced.StreamVersion);
    }
}
