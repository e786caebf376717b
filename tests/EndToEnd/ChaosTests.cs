using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>The command for operators that breaks the platform on purpose. What the faults do is seen when operators run it.</summary>
public sealed class ChaosTests(RunningPlatform platform) : BreakingTests(platform)
{
    [Fact]
    public async Task A_fault_is_reported_and_the_platform_has_as_many_processes_as_before()
    {
        var before = (await Platform.Status()).Select(p => p.Name).Order();
        var report = Path.Combine(Path.GetTempPath(), $"{Some.Word("chaos")}-{Environment.ProcessId}.md");

        await Platform.Script("chaos", "kill-comments", "--rate", "5", "--yes", "--report", report);

        // fault, lasted, acknowledged, lost, repeated, failed reads, ...
        var row = (await File.ReadAllLinesAsync(report, Cancelled)).Single(l => l.StartsWith("| kill-", StringComparison.Ordinal));
        var cells = row.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(int.Parse(cells[2], System.Globalization.CultureInfo.InvariantCulture), 50, 1000);
        Assert.Equal(["0", "0"], cells[3..5]);
        Assert.Equal("yes", cells[^1]);
        Assert.Equal(before, (await Platform.Status()).Select(p => p.Name).Order());
        File.Delete(report);
    }

    [Fact]
    public async Task Nothing_is_broken_without_a_confirmation_or_with_a_name_that_is_no_fault()
    {
        var pids = (await Platform.Status()).Select(p => p.Pid).Order();
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Platform.Script("chaos", "kill-comments"));
        Assert.Contains("nothing was done", refused.Message, StringComparison.Ordinal);
        refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Platform.Script("chaos", "kill-everything", "--yes"));
        Assert.Contains("there is no fault \"kill-everything\"", refused.Message, StringComparison.Ordinal);
        Assert.Equal(pids, (await Platform.Status()).Select(p => p.Pid).Order());
    }
}
