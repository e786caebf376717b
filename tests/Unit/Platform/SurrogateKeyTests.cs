using Gateway;
using Microsoft.AspNetCore.Http;
using Platform.Web;
using Xunit;

namespace Unit.Platform;

public class SurrogateKeyTests
{
    [Fact]
    public void A_response_lists_the_keys_of_its_sources()
    {
        var response = new DefaultHttpContext().Response;
        response.TagWithKeys("articles");
        response.TagWithKeys(["article-1", "article-2"]);
        Assert.Equal("articles article-1 article-2", response.Headers[SurrogateKeys.Header].ToString());
    }

    [Fact]
    public void Too_many_keys_for_a_header_are_replaced_by_a_key_for_everything()
    {
        var response = new DefaultHttpContext().Response;
        response.TagWithKeys(Enumerable.Range(0, 1300).Select(_ => $"comments-{Kit.Some.Id()}"));
        Assert.Equal(SurrogateKeys.Everything, response.Headers[SurrogateKeys.Header].ToString());
    }

    [Fact]
    public void A_write_with_the_key_for_everything_invalidates_every_cached_response()
    {
        var generations = new Generations();
        var fetched = new CacheStamp(generations.Now, ["comments-1"]);
        generations.Invalidate([SurrogateKeys.Everything]);
        Assert.False(generations.IsCurrent(fetched));
    }

    [Fact]
    public void A_response_with_the_key_for_everything_is_stale_after_any_change()
    {
        var generations = new Generations();
        var fetched = new CacheStamp(generations.Now, [SurrogateKeys.Everything]);
        Assert.True(generations.IsCurrent(fetched));
        generations.Invalidate(["rates"]);
        Assert.False(generations.IsCurrent(fetched));
    }
}
