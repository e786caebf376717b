using Articles;
using Xunit;

namespace Integration.Platform;

[Collection<ArticlesService>]
public class DeciderTests(ArticlesService service)
{
    [Fact]
    public async Task Many_who_begin_the_same_stream_at_once_all_succeed_and_one_of_them_begins_it()
    {
        for (var round = 0; round < 10; round++)
        {
            var stream = $"section-begun-{round}";
            var decisions = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => Task.Run(() => service.Decide<Section>(stream, section => section is null ? [Defined(1)] : []))));
            Assert.Single(decisions, d => d.Changed);
            Assert.All(decisions, d => Assert.Equal(1, d.Version));
        }
    }

    [Fact]
    public async Task Many_who_change_the_same_stream_at_once_all_count()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => service.Decide<Section>("section-changed", section => [Defined((section?.Order ?? 0) + 1)]))));
        Assert.Equal(8, await service.Servers.Query<long>("select version from articles.mt_streams where id = 'section-changed'"));
        Assert.Equal(8, await service.Servers.Query<int>("select (data ->> 'order')::int from articles.mt_doc_section where id = 'section-changed'"));
    }

    private static SectionDefined Defined(int order) => new(order, new Dictionary<string, string> { ["en"] = "S", ["ru"] = "S", ["zh"] = "S" });
}
