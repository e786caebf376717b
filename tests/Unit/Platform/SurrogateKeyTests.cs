using Gateway.Cache;
using Microsoft.AspNetCore.Http;
using Platform.Contracts;
using Platform.Web;
using Xunit;

namespace Unit.Platform;

public class SurrogateKeyTests
{
    private static readonly Guid Id = new("01890f3e-7a4b-7c21-9d5e-0123456789ab");

    [Fact]
    public void The_texts_of_the_keys_never_change_because_programs_of_two_releases_exchange_them() =>
        Assert.Equal(
            "* articles sections featured links site rates currencies states "
            + "article-01890f3e-7a4b-7c21-9d5e-0123456789ab discussion-01890f3e-7a4b-7c21-9d5e-0123456789ab "
            + "comments-01890f3e-7a4b-7c21-9d5e-0123456789ab ranking-0 ranking-3 "
            + "media-AYkPPnpLfCGdXgEjRWeJqw",
            string.Join(
                ' ',
                SurrogateKey.Everything,
                SurrogateKey.Articles,
                SurrogateKey.Sections,
                SurrogateKey.Featured,
                SurrogateKey.Links,
                SurrogateKey.Site,
                SurrogateKey.Rates,
                SurrogateKey.Currencies,
                SurrogateKey.States,
                SurrogateKey.Article(Id),
                SurrogateKey.Discussion(Id),
                SurrogateKey.Comments(Id),
                SurrogateKey.Ranking(1),
                SurrogateKey.Ranking(8),
                SurrogateKey.Media(Id)));

    [Fact]
    public void A_count_changes_the_part_of_the_ranking_of_every_list_that_it_may_enter()
    {
        Assert.Empty(SurrogateKey.RankingsUpTo(0));
        for (var last = 1; last < 70; last++)
            for (var count = last; count < 150; count++)
                Assert.Contains(SurrogateKey.Ranking(last), SurrogateKey.RankingsUpTo(count));
        Assert.DoesNotContain(SurrogateKey.Ranking(8), SurrogateKey.RankingsUpTo(7));
        Assert.Equal(31, SurrogateKey.RankingsUpTo(int.MaxValue).Count());
    }

    [Fact]
    public void A_response_lists_the_keys_of_its_sources()
    {
        var response = new DefaultHttpContext().Response;
        response.TagWithKeys(SurrogateKey.Articles);
        response.TagWithKeys([new("article-1"), new("article-2")]);
        Assert.Equal("articles article-1 article-2", response.Headers[SurrogateKeys.Header].ToString());
        Assert.Equal(
            [SurrogateKey.Articles, new("article-1"), new("article-2")], SurrogateKeys.Parse(response.Headers[SurrogateKeys.Header]));
    }

    [Fact]
    public void Too_many_keys_for_a_header_are_replaced_by_a_key_for_everything()
    {
        var response = new DefaultHttpContext().Response;
        response.TagWithKeys(Enumerable.Range(0, 1300).Select(_ => SurrogateKey.Comments(Kit.Some.Id())));
        Assert.Equal("*", response.Headers[SurrogateKeys.Header].ToString());
    }

    [Fact]
    public void A_write_with_the_key_for_everything_invalidates_every_cached_response()
    {
        var generations = new Generations();
        var fetched = new CacheStamp(generations.Now, [new("comments-1")]);
        generations.Invalidate([SurrogateKey.Everything]);
        Assert.False(generations.IsCurrent(fetched));
    }

    [Fact]
    public void A_response_with_the_key_for_everything_is_stale_after_any_change()
    {
        var generations = new Generations();
        var fetched = new CacheStamp(generations.Now, [SurrogateKey.Everything]);
        Assert.True(generations.IsCurrent(fetched));
        generations.Invalidate([SurrogateKey.Rates]);
        Assert.False(generations.IsCurrent(fetched));
    }
}
