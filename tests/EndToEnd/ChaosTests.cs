using Kit;
using Xunit;

namespace EndToEnd;

/// <summary>
/// Tests the command <c>./platform chaos</c> itself. The effects of the other faults are not tested here: operators run them.
/// </summary>
public sealed class ChaosTests(RunningPlatform platform) : DisruptiveTests(platform)
{
    [Fact]
    public async Task A_fault_is_reported_and_the_former_number_of_replicas_is_restored()
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
    public async Task No_fault_is_injected_without_confirmation_or_with_an_unknown_name()
    {
        var pids = (await Platform.Status()).Select(p => p.Pid).Order();
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Platform.Script("chaos", "kill-comments"));
        Assert.Contains("nothing was done", refused.Message, StringComparison.Ordinal);
        refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Platform.Script("chaos", "kill-everything", "--yes"));
        Assert.Contains("there is no fault \"kill-everything\"", refused.Message, StringComparison.Ordinal);
        Assert.Equal(pids, (await Platform.Status()).Select(p => p.Pid).Order());
    }
}
