using Bench;
using Xunit;

namespace Unit.Bench;

public class FigureTests
{
    [Theory]
    [InlineData(0.4, true)]
    [InlineData(0.39, false)]
    [InlineData(double.NaN, false)]
    public void A_ratio_reaches_a_target_from_below(double ratio, bool reached) =>
        Assert.Equal(reached, Figure.AtLeast("post", "", "", ratio, 0.4).Reached);

    [Theory]
    [InlineData(1.3, true)]
    [InlineData(1.31, false)]
    public void A_growth_reaches_a_target_from_above(double ratio, bool reached) =>
        Assert.Equal(reached, Figure.AtMostTimes("list", "", "", ratio, 1.3).Reached);

    [Fact]
    public void A_figure_that_could_not_be_judged_misses_its_target() =>
        Assert.False((Figure.AtMost("latency", 1, 150, "ms") with { IsValid = false }).Reached);

    [Fact]
    public void A_figure_without_a_target_neither_reaches_nor_misses_it() =>
        Assert.Null(Figure.Information("log", 4000, "bytes").Reached);

    [Theory]
    [InlineData(0.948, "ms", "0.95 ms")]
    [InlineData(12.34, "ms", "12.3 ms")]
    [InlineData(4321.9, "bytes", "4,322 bytes")]
    [InlineData(61688.4, "/s", "61,688/s")]
    [InlineData(0, "", "0")]
    public void Figures_have_as_many_digits_as_they_need(double value, string unit, string expected) =>
        Assert.Equal(expected, Figure.Format(value, unit));

    [Fact]
    public void A_table_shows_ratios_targets_and_whether_they_were_reached() =>
        Assert.Equal(
            """
            | work | measured | baseline | ratio | target | reached |
            |---|---|---|---|---|---|
            | post | 900/s | 2,000/s bare | 0.45 | >= 0.4 | yes |
            | list | 9 ms | 6 ms | 1.50 | <= 1.3 | no |
            | memory | 640 MB | - | - | <= 650 MB | yes |
            | pgbench | 900/s | 9,000/s | 0.10 | - | - |
            """,
            Figure.Table(
            [
                Figure.AtLeast("post", "900/s", "2,000/s bare", 0.45, 0.4),
                Figure.AtMostTimes("list", "9 ms", "6 ms", 1.5, 1.3),
                Figure.AtMost("memory", 640, 650, "MB"),
                Figure.Information("pgbench", "900/s", "9,000/s", 0.1),
            ]));
}
