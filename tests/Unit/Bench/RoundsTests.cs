using Bench;
using Xunit;

namespace Unit.Bench;

public class RoundsTests
{
    [Fact]
    public void The_median_does_not_depend_on_the_order() => Assert.Equal(2, Rounds.Median([3, 1, 2]));

    [Theory]
    [InlineData(0.5, 51)]
    [InlineData(0.99, 100)]
    [InlineData(1, 100)]
    [InlineData(0, 1)]
    public void A_percentile_is_a_measured_value(double share, double expected) =>
        Assert.Equal(expected, Rounds.Percentile(Enumerable.Range(1, 100).Select(i => (double)i).Reverse(), share));

    [Fact]
    public void The_ratio_is_the_median_of_the_pairs_and_not_the_ratio_of_the_medians() =>
        Assert.Equal(0.5, Rounds.Ratio([1, 10, 100], [2, 100, 100]));

    [Fact]
    public async Task Sides_are_measured_in_alternation()
    {
        var order = new List<string>();
        var (a, b, ratio) = await Rounds.Alternate(8, Side("a", 3), Side("b", 6));
        Assert.Equal((3.0, 6.0, 0.5), (a, b, ratio));
        Assert.Equal(Enumerable.Repeat(new[] { "a 2", "b 2" }, Rounds.Count).SelectMany(pair => pair), order);

        Func<int, Task<double>> Side(string name, double result) => seconds =>
        {
            order.Add($"{name} {seconds}");
            return Task.FromResult(result);
        };
    }

    [Fact]
    public async Task A_turn_takes_at_least_a_second()
    {
        var turns = await Rounds.Turns(1, seconds => Task.FromResult((double)seconds));
        Assert.All(turns[0], seconds => Assert.Equal(1, seconds));
    }
}
