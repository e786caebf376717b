using Gateway.Cache;
using Platform.Contracts;
using Xunit;

namespace Unit.Gateway;

public class GenerationsTests
{
    private readonly Generations _generations = new();

    [Fact]
    public void A_response_is_current_until_one_of_its_keys_changes()
    {
        var fetched = _generations.Now;
        Assert.True(_generations.IsCurrent(new(fetched, Keys("articles", "article-1"))));
        _generations.Invalidate(Keys("article-2"));
        Assert.True(_generations.IsCurrent(new(fetched, Keys("articles", "article-1"))));
        _generations.Invalidate(Keys("article-1"));
        Assert.False(_generations.IsCurrent(new(fetched, Keys("articles", "article-1"))));
    }

    [Fact]
    public void A_response_fetched_before_a_change_and_stored_after_it_is_stale()
    {
        var fetching = _generations.Now;
        _generations.Invalidate(Keys("rates"));
        Assert.False(_generations.IsCurrent(new(fetching, Keys("rates"))));
        Assert.True(_generations.IsCurrent(new(_generations.Now, Keys("rates"))));
    }

    [Fact]
    public void After_RaiseAll_every_older_response_is_stale()
    {
        var fetched = _generations.Now;
        _generations.InvalidateAll();
        Assert.False(_generations.IsCurrent(new(fetched, Keys("anything"))));
        Assert.True(_generations.IsCurrent(new(_generations.Now, Keys("anything"))));
    }

    [Fact]
    public void The_key_for_everything_makes_every_response_stale()
    {
        var fetched = _generations.Now;
        _generations.Invalidate(Keys("*"));
        Assert.False(_generations.IsCurrent(new(fetched, Keys("anything"))));
    }

    [Fact]
    public void A_page_built_from_a_response_older_than_a_change_of_its_keys_is_detected()
    {
        var (before, asked) = (TimeProvider.System.GetTimestamp(), _generations.Now);
        _generations.Invalidate(Keys("rates"));
        var after = TimeProvider.System.GetTimestamp() + 1;
        Assert.True(_generations.HaveChanged(Keys("articles", "rates"), before, _generations.Now));
        Assert.False(_generations.HaveChanged(Keys("articles"), before, _generations.Now));
        Assert.False(_generations.HaveChanged(Keys("articles", "rates"), after, _generations.Now));
        Assert.False(_generations.HaveChanged(Keys("rates"), before, asked)); // it changed during the fetch, so the page is stale
        _generations.InvalidateAll();
        Assert.True(_generations.HaveChanged(Keys("articles"), before, _generations.Now));
        Assert.False(_generations.HaveChanged(Keys("articles"), before, asked));
    }

    [Fact]
    public void Dropping_the_keys_at_the_limit_loses_no_change()
    {
        var fetched = _generations.Now;
        _generations.Invalidate(Keys("first"));
        _generations.Invalidate(Enumerable.Range(0, Generations.MaxKeys).Select(i => new SurrogateKey($"key-{i}")));
        Assert.False(_generations.IsCurrent(new(fetched, Keys("first"))));
        Assert.True(_generations.IsCurrent(new(_generations.Now, Keys("first"))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_response_fetched_before_a_known_write_is_never_current(bool resetAll)
    {
        // The writer changes the value, then raises the generation, and only then tells the reader. A response that is current after that
        // must contain the new value.
        var (value, known) = (0, 0);
        var staleReads = 0;
        var writer = Task.Run(() =>
        {
            for (var i = 1; i <= 300_000; i++)
            {
                Volatile.Write(ref value, i);
                _generations.Invalidate(Keys("key"));
                Volatile.Write(ref known, i);
            }
        }, TestContext.Current.CancellationToken);
        var resetting = Task.Run(
            () => { while (resetAll && !writer.IsCompleted) _generations.InvalidateAll(); }, TestContext.Current.CancellationToken);
        var (cached, fetched) = (0, new CacheStamp(-1, Keys("key")));
        while (!writer.IsCompleted)
        {
            var mustSee = Volatile.Read(ref known);
            if (!_generations.IsCurrent(fetched))
            {
                fetched = new CacheStamp(_generations.Now, Keys("key"));
                cached = Volatile.Read(ref value);
            }
            if (cached < mustSee) staleReads++;
        }
        await Task.WhenAll(writer, resetting);
        Assert.Equal(0, staleReads);
    }

    private static SurrogateKey[] Keys(params string[] keys) => [.. keys.Select(k => new SurrogateKey(k))];
}
