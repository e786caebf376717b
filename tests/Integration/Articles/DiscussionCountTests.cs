using Articles;
using Kit;
using Platform.Contracts.Comments;
using Xunit;
using Public = Platform.Contracts.Articles;

namespace Integration.Articles;

[Collection<ArticlesService>]
public class DiscussionCountTests(ArticlesService service)
{
    [Fact]
    public async Task The_count_of_the_newest_version_is_shown_and_announced_whatever_comes_again_or_late()
    {
        using var editor = new Editor(service.Client("editor"));
        var id = await editor.Publishes(await editor.Section());
        await service.Delivers(Changed(id, 3, 30), Changed(id, 3, 30), Changed(id, 3, 30));
        var before = await service.EventsStored();
        await service.Delivers(Changed(id, 1, 10), Changed(id, 3, 30), Changed(id, 2, 20), Changed(id, 1, 10));

        Assert.Equal(before, await service.EventsStored());
        using var reader = service.Client();
        Assert.Equal(30, (await reader.Get<ArticleView>($"/api/articles/{id}")).CommentCount);
        Assert.Equal((1, 30), await service.Bus.Hears<Public.ArticleStatsChanged>(s => s.ArticleId == id, "the count is announced") is var stats ? (stats.StreamVersion, stats.Comments) : default);
    }

    private static DiscussionChanged Changed(Guid article, long version, int comments) => new(Some.Id(), $"discussion-{article}", version, Some.Noon, article, comments);
}
