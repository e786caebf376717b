using Gateway;
using Microsoft.AspNetCore.Http;
using Platform.Hosting;
using Xunit;

namespace Unit.Platform;

public class SurrogateKeyTests
{
    [Fact]
    public void An_answer_names_what_it_is_made_of()
    {
        var response = new DefaultHttpContext().Response;
        response.Name("articles");
        response.Name(["article-1", "article-2"]);
        Assert.Equal("articles article-1 article-2", response.Headers[SurrogateKeys.Header].ToString());
    }

    [Fact]
    public void More_names_than_a_header_may_hold_are_everything()
    {
        var response = new DefaultHttpContext().Response;
        response.Name(Enumerable.Range(0, 1300).Select(_ => $"comments-{Kit.Some.Id()}"));
        Assert.Equal(SurrogateKeys.Everything, response.Headers[SurrogateKeys.Header].ToString());
    }

    [Fact]
    public void A_write_that_names_everything_makes_every_cached_answer_stale()
    {
        var generations = new Generations();
        var fetched = new Fetched(generations.Now, ["comments-1"]);
        generations.Raise([SurrogateKeys.Everything]);
        Assert.False(generations.IsCurrent(fetched));
    }

    [Fact]
    public void An_answer_that_is_made_of_everything_is_stale_after_any_change()
    {
        var generations = new Generations();
        var fetched = new Fetched(generations.Now, [SurrogateKeys.Everything]);
        Assert.True(generations.IsCurrent(fetched));
        generations.Raise(["rates"]);
        Assert.False(generations.IsCurrent(fetched));
    }
}
