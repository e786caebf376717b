using Bench;
using Xunit;

namespace Unit.Bench;

public class ConsumptionTests
{
    [Fact]
    public void Consumption_is_the_difference_of_two_readings()
    {
        var used = Consumption.Between(Read(10, 500, ("gateway", 3)), Read(14, 2500, ("gateway", 5), ("new database", 1)));
        Assert.Equal((TimeSpan.FromSeconds(4), 3000.0, 2000.0), (used.Duration, used.Total, used.Wal));
        Assert.Equal((2000.0, 1000.0), (used.Milliseconds["gateway"], used.Milliseconds["new database"]));
    }

    [Fact]
    public void The_idle_rate_is_subtracted_for_the_same_duration_from_the_processor_time_only()
    {
        var idle = Consumption.Between(Read(0, 0, ("gateway", 0)), Read(16, 100, ("gateway", 4)));
        var used = Consumption.Between(Read(20, 0, ("gateway", 4), ("articles", 0)), Read(28, 900, ("gateway", 9), ("articles", 1)));
        var net = used.Less(idle);
        Assert.Equal((3000.0, 1000.0, 900.0), (net.Milliseconds["gateway"], net.Milliseconds["articles"], net.Wal));
    }

    [Fact]
    public void Consumption_is_divided_among_operations()
    {
        var one = Consumption.Between(Read(0, 0, ("gateway", 0)), Read(1, 8000, ("gateway", 1))).Per(4);
        Assert.Equal((250.0, 2000.0), (one.Total, one.Wal));
    }

    [Fact]
    public void Parts_have_the_median_of_all_rounds_and_are_sorted()
    {
        Consumption[] rounds = [Round(1, 4), Round(2, 5), Round(9, 6), Round(1.5, 0)];
        Assert.Equal([("comments", 5.0), ("gateway", 2.0)], Consumption.Parts(rounds));
    }

    [Fact]
    public void Parts_without_measurable_time_are_left_out()
    {
        Consumption[] rounds = [Round(1, 0.001)];
        Assert.Equal([("gateway", 1.0)], Consumption.Parts(rounds));
    }

    private static Reading Read(int seconds, long wal, params (string Part, int Seconds)[] used) =>
        new(TimeSpan.FromSeconds(seconds), used.ToDictionary(u => u.Part, u => TimeSpan.FromSeconds(u.Seconds)), wal);

    private static Consumption Round(double gateway, double comments) =>
        new(TimeSpan.FromSeconds(1), new Dictionary<string, double> { ["gateway"] = gateway, ["comments"] = comments }, 0);
}
