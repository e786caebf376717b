using Bench;
using Xunit;

namespace Unit.Bench;

public class OptionsTests
{
    private static readonly string[] Regular = ["post", "read"];

    [Fact]
    public void Without_arguments_all_regular_works_are_measured()
    {
        var options = Parse();
        Assert.Equal(Regular, options.Works);
        Assert.Equal((8, true, false, (string?)null), (options.Seconds, options.IsComplete, options.Record, options.Problem));
    }

    [Fact]
    public void Named_works_are_measured_once_and_are_not_a_complete_run()
    {
        var options = Parse("read", "--seconds", "3", "--record", "read");
        Assert.Equal(["read"], options.Works);
        Assert.Equal((3, false, true, (string?)null), (options.Seconds, options.IsComplete, options.Record, options.Problem));
    }

    [Fact]
    public void WordPress_is_measured_in_addition_or_alone()
    {
        Assert.Equal(["post", "read", "wordpress"], Parse("--wordpress").Works);
        Assert.True(Parse("--wordpress").IsComplete);
        Assert.Equal(["post", "wordpress"], Parse("--wordpress", "post").Works);
        Assert.Equal(["wordpress"], Parse("wordpress", "--wordpress").Works);
        Assert.False(Parse("wordpress").IsComplete);
    }

    [Theory]
    [InlineData("posts")]
    [InlineData("--recorded")]
    [InlineData("post", "3")]
    public void An_unknown_work_or_option_is_named(params string[] arguments) =>
        Assert.Contains($"\"{arguments[^1]}\"", Parse(arguments).Problem, StringComparison.Ordinal);

    [Theory]
    [InlineData("--seconds")]
    [InlineData("--seconds", "0")]
    [InlineData("--seconds", "-1")]
    [InlineData("--seconds", "post")]
    public void A_duration_must_be_a_positive_number(params string[] arguments) =>
        Assert.Contains("--seconds needs", Parse(arguments).Problem, StringComparison.Ordinal);

    [Theory]
    [InlineData("--help")]
    [InlineData("post", "-h")]
    public void Help_can_be_asked_for(params string[] arguments) => Assert.True(Parse(arguments).Help);

    [Fact]
    public void WordPress_is_not_a_regular_work()
    {
        Assert.Contains("wordpress", Works.All.Keys);
        Assert.DoesNotContain("wordpress", Works.Regular);
        Assert.Equal(Works.All.Count - 1, Works.Regular.Length);
    }

    private static Options Parse(params string[] arguments) => Options.Parse(arguments, Regular);
}
