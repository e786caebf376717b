using Gateway;
using Xunit;

namespace Unit.Gateway;

public class GenerationsTests
{
    private readonly Generations _generations = new();

    [Fact]
    public void What_was_fetched_is_current_until_one_of_its_keys_changes()
    {
        var fetched = _generations.Now;
        Assert.True(_generations.IsCurrent(new(fetched, ["articles", "article-1"])));
        _generations.Raise(["article-2"]);
        Assert.True(_generations.IsCurrent(new(fetched, ["articles", "article-1"])));
        _generations.Raise(["article-1"]);
        Assert.False(_generations.IsCurrent(new(fetched, ["articles", "article-1"])));
    }

    [Fact]
    public void What_was_fetched_before_a_change_and_stored_after_it_is_not_current()
    {
        var fetching = _generations.Now;
        _generations.Raise(["rates"]);
        Assert.False(_generations.IsCurrent(new(fetching, ["rates"])));
        Assert.True(_generations.IsCurrent(new(_generations.Now, ["rates"])));
    }

    [Fact]
    public void After_everything_may_have_changed_nothing_older_is_current()
    {
        var fetched = _generations.Now;
        _generations.RaiseAll();
        Assert.False(_generations.IsCurrent(new(fetched, ["anything"])));
        Assert.True(_generations.IsCurrent(new(_generations.Now, ["anything"])));
    }

    [Fact]
    public void The_name_for_everything_makes_all_old()
    {
        var fetched = _generations.Now;
        _generations.Raise(["*"]);
        Assert.False(_generations.IsCurrent(new(fetched, ["anything"])));
    }

    [Fact]
    public void A_page_made_of_something_older_than_a_change_of_its_keys_is_found()
    {
        var (before, asked) = (TimeProvider.System.GetTimestamp(), _generations.Now);
        _generations.Raise(["rates"]);
        var after = TimeProvider.System.GetTimestamp() + 1;
        Assert.True(_generations.HaveChanged(["articles", "rates"], before, _generations.Now));
        Assert.False(_generations.HaveChanged(["articles"], before, _generations.Now));
        Assert.False(_generations.HaveChanged(["articles", "rates"], after, _generations.Now));
        Assert.False(_generations.HaveChanged(["rates"], before, asked)); // it came while the page was made: the page is not current
        _generations.RaiseAll();
        Assert.True(_generations.HaveChanged(["articles"], before, _generations.Now));
        Assert.False(_generations.HaveChanged(["articles"], before, asked));
    }

    [Fact]
    public void Forgetting_too_many_keys_forgets_no_change()
    {
        var fetched = _generations.Now;
        _generations.Raise(["first"]);
        _generations.Raise(Enumerable.Range(0, Generations.MostKeys).Select(i => $"key-{i}"));
        Assert.False(_generations.IsCurrent(new(fetched, ["first"])));
        Assert.True(_generations.IsCurrent(new(_generations.Now, ["first"])));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reader_never_finds_an_answer_current_that_was_fetched_before_a_write_it_knows_of(bool forgetting)
    {
        // The writer changes the value, then raises; only then does the reader learn of it. Whatever is current then must hold the new
        // value.
        var (value, known) = (0, 0);
        var wrong = 0;
        var writer = Task.Run(() =>
        {
            for (var i = 1; i <= 300_000; i++)
            {
                Volatile.Write(ref value, i);
                _generations.Raise(["key"]);
                Volatile.Write(ref known, i);
            }
        }, TestContext.Current.CancellationToken);
        var forgetter = Task.Run(
            () => { while (forgetting && !writer.IsCompleted) _generations.RaiseAll(); }, TestContext.Current.CancellationToken);
        var (kept, fetched) = (0, new Fetched(-1, ["key"]));
        while (!writer.IsCompleted)
        {
            var mustSee = Volatile.Read(ref known);
            if (!_generations.IsCurrent(fetched))
            {
                fetched = new Fetched(_generations.Now, ["key"]);
                kept = Volatile.Read(ref value);
            }
            if (kept < mustSee) wrong++;
        }
        await Task.WhenAll(writer, forgetter);
        Assert.Equal(0, wrong);
    }
}
