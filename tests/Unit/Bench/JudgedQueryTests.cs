using Articles.Search;
using Bench;
using Xunit;

namespace Unit.Bench;

public class JudgedQueryTests
{
    private static readonly Guid[] Ids = [.. Enumerable.Range(1, 20).Select(i => new Guid(i, 0, 0, new byte[8]))];

    private static readonly JudgedQuery Query = new(
        "en", "free trade", new Dictionary<Guid, int> { [Ids[0]] = 3, [Ids[1]] = 2, [Ids[2]] = 1 });

    [Fact]
    public void The_best_order_has_the_gain_one_and_any_other_less()
    {
        Assert.Equal(1, Query.Ndcg([Ids[0], Ids[1], Ids[2], Ids[3]]), 6);
        Assert.InRange(Query.Ndcg([Ids[1], Ids[0], Ids[2]]), 0.5, 0.99);
        Assert.InRange(Query.Ndcg([Ids[3], Ids[0], Ids[1], Ids[2]]), 0.3, 0.9);
        Assert.Equal(0, Query.Ndcg([Ids[3]]));
        Assert.Equal(0, Query.Ndcg([.. Ids[5..15], Ids[0]])); // only the first ten are judged
    }

    [Fact]
    public void Recall_is_the_share_of_relevant_articles_among_the_first_results()
    {
        Assert.Equal(1, Query.Recall([Ids[2], Ids[1], Ids[0]]));
        Assert.Equal(1 / 3.0, Query.Recall([Ids[9], Ids[1]]), 6);
        Assert.True(Query.IsFound([Ids[9], Ids[0]]));
        Assert.False(Query.IsFound([Ids[1], Ids[2]]));
    }

    [Fact]
    public void A_typing_error_is_one_error_in_the_longest_word()
    {
        for (var number = 0; number < 40; number++)
        {
            var mistyped = Query.WithTypingError(number)!;
            Assert.StartsWith("free ", mistyped.Q, StringComparison.Ordinal);
            Assert.Equal(1, TypingErrors.Distance(Query.Q, mistyped.Q));
        }
        Assert.Null((Query with { Q = "SCO 2025" }).WithTypingError(0));
    }
}
