using Bench;
using Kit;
using Xunit;

namespace Unit.Bench;

public class RecordsTests
{
    private const string Begin = "<!-- ./platform bench --record writes these lines -->", End = "<!-- end of the recorded figures -->";

    private static readonly DateOnly Day = new(2026, 11, 30);
    private static readonly RecordedFigure Posts = Recorded(Figure.AtLeast("post", "900/s", "2,000/s bare", 0.45, 0.4));
    private static readonly RecordedFigure Latency = Recorded(Figure.AtMost("latency", 10, 12, "ms"));

    [Theory]
    [InlineData(0.41)]
    [InlineData(0.9)]
    public void A_ratio_that_changes_little_or_grows_is_not_worse(double ratio) =>
        Assert.Empty(Comparison.Worse([Posts], [Posts.Figure with { Value = ratio }]));

    [Fact]
    public void A_ratio_that_falls_by_more_than_a_tenth_is_worse() =>
        Assert.Equal(
            ["post: 0.36, 20 % less than the 0.45 of 2026-11-30"],
            Comparison.Worse([Posts], [Posts.Figure with { Value = 0.36 }]));

    [Theory]
    [InlineData(5)]
    [InlineData(10.9)]
    public void A_delay_that_changes_little_or_falls_is_not_worse(double milliseconds) =>
        Assert.Empty(Comparison.Worse([Latency], [Latency.Figure with { Value = milliseconds }]));

    [Fact]
    public void The_worst_figure_comes_first() =>
        Assert.Equal(
            ["latency: 15 ms, 50 % more than the 10 ms of 2026-11-30", "post: 0.36, 20 % less than the 0.45 of 2026-11-30"],
            Comparison.Worse([Posts, Latency], [Posts.Figure with { Value = 0.36 }, Latency.Figure with { Value = 15 }]));

    [Fact]
    public void A_figure_that_was_zero_is_worse_if_it_is_not_zero_any_more()
    {
        var lost = Recorded(Figure.AtMost("lost", 0, 0, "comments"));
        Assert.Empty(Comparison.Worse([lost], [lost.Figure]));
        Assert.Equal(
            ["lost: 1 comments, more than the 0 comments of 2026-11-30"], Comparison.Worse([lost], [lost.Figure with { Value = 1 }]));
    }

    [Fact]
    public void Figures_that_were_not_recorded_are_not_compared() => Assert.Empty(Comparison.Worse([], [Posts.Figure, Latency.Figure]));

    [Fact]
    public void Recorded_figures_are_stored_without_loss()
    {
        RecordedFigure[] figures =
        [
            Posts,
            Latency with { Figure = Latency.Figure with { IsValid = false } },
            Recorded(Figure.Information("list", double.NaN, "ms", "version 1: not recorded")),
        ];
        var stored = Records.Serialize(figures);
        Assert.Equal(figures, Records.Parse(stored));
        Assert.DoesNotContain("reached", stored, StringComparison.OrdinalIgnoreCase); // It follows from the other values.
    }

    [Fact]
    public void A_complete_run_replaces_the_record() => Assert.Equal([Latency], Records.Replace([Posts], [Latency], isComplete: true));

    [Fact]
    public void Another_run_replaces_only_what_it_measured()
    {
        var later = Latency with { Date = Day.AddDays(1) };
        Assert.Equal([Posts, later], Records.Replace([Latency, Posts], [later], isComplete: false));
    }

    [Fact]
    public void The_table_replaces_the_former_table_and_nothing_else()
    {
        var page = Records.WithTable($"before\n{Begin}\nold\n{End}\nafter\n", [Posts]);
        Assert.Equal(
            """
            before
            <!-- ./platform bench --record writes these lines -->

            Recorded on 2026-11-30 at commit abc1234 on 2 x processor:

            | work | measured | baseline | ratio | target | reached |
            |---|---|---|---|---|---|
            | post | 900/s | 2,000/s bare | 0.45 | >= 0.4 | yes |

            <!-- end of the recorded figures -->
            after

            """,
            page);
        Assert.Equal(page, Records.WithTable(page, [Posts]));
    }

    [Fact]
    public void A_page_without_the_marks_is_not_changed() =>
        Assert.Throws<InvalidOperationException>(() => Records.WithTable("a page", [Posts]));

    [Fact]
    public void A_baseline_that_would_make_a_line_too_long_becomes_a_note()
    {
        var baseline = new string('b', 120);
        var table = Records.WithTable($"{Begin}\n{End}\n", [Posts, Recorded(Figure.AtLeast("list", "900/s", baseline, 0.45, 0.4))]);
        Assert.Contains($"| list | 900/s | (1) | 0.45 | >= 0.4 | yes |\n\n1. {baseline}\n\n{End}", table, StringComparison.Ordinal);
        Assert.All(table.Split('\n'), line => Assert.InRange(line.Length, 0, 140));
    }

    [Fact]
    public void The_page_without_recorded_figures_says_so() =>
        Assert.Equal($"{Begin}\n\nNo figures are recorded yet.\n\n{End}\n", Records.WithTable($"{Begin}\n{End}\n", []));

    [Fact]
    public void The_documentation_shows_the_recorded_figures()
    {
        var (page, data) = (Repository.Read("docs", "benchmarks.md"), Repository.Path("docs", "benchmarks", "latest.json"));
        var figures = File.Exists(data) ? Records.Parse(File.ReadAllText(data)) : [];
        Assert.Equal(Records.WithTable(page, figures), page);
    }

    private static RecordedFigure Recorded(Figure figure) => new(figure, Day, "abc1234", "2 x processor");
}
