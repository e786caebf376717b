using Bench;
using Xunit;

namespace Unit.Bench;

public class ProcessStatTests
{
    private const string Line =
        "4711 (beam.smp) S 4700 4711 4711 0 -1 4194560 98 0 0 0 1250 750 30 20 20 0 1 0 1306681 3133440 383 18446744073709551615";

    [Fact]
    public void Times_are_read_in_hundredths_of_a_second()
    {
        var process = ProcessStat.Parse(Line);
        Assert.Equal((4711, 4700, 1306681L), (process.Id, process.Parent, process.Started));
        Assert.Equal(TimeSpan.FromSeconds(20), process.Own);
        Assert.Equal(TimeSpan.FromMilliseconds(500), process.EndedChildren);
    }

    [Fact]
    public void A_program_name_may_contain_spaces_and_parentheses() =>
        Assert.Equal(ProcessStat.Parse(Line), ProcessStat.Parse(Line.Replace("(beam.smp)", "((a) b) 7 (c)", StringComparison.Ordinal)));

    [Fact]
    public void The_processes_of_this_machine_can_be_read()
    {
        Assert.Contains(ProcessStat.ReadAll(), p => p.Id == Environment.ProcessId);
        Assert.True(ProcessStat.Read(Environment.ProcessId)!.Own > TimeSpan.Zero);
        Assert.Null(ProcessStat.Read(int.MaxValue));
    }

    [Fact]
    public void A_tree_includes_all_descendants_and_nothing_else()
    {
        ProcessStat[] all = [Process(1, 0, 1), Process(2, 1, 10), Process(3, 2, 100), Process(4, 0, 1000)];
        Assert.Equal(TimeSpan.FromSeconds(111), ProcessStat.OfTree(1, all));
        Assert.Equal(TimeSpan.FromSeconds(110), ProcessStat.OfTree(2, all));
        Assert.Equal(TimeSpan.Zero, ProcessStat.OfTree(5, all));
    }

    [Fact]
    public void The_time_of_a_tree_stays_the_same_when_a_child_ends()
    {
        ProcessStat[] before = [Process(1, 0, 1), Process(2, 1, 10)], after = [Process(1, 0, 1, endedChildren: 10)];
        Assert.Equal(ProcessStat.OfTree(1, before), ProcessStat.OfTree(1, after));
    }

    private static ProcessStat Process(int id, int parent, int own, int endedChildren = 0) =>
        new(id, parent, 0, TimeSpan.FromSeconds(own), TimeSpan.FromSeconds(endedChildren));
}
