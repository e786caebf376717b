namespace Bench;

/// <summary>The memory of all .NET processes after the measurements so far.</summary>
internal static class MemoryWork
{
    public static async Task<Figure[]> Run(PrivateSystem system, Site site, int seconds)
    {
        var processes = (await PrivateSystem.Processes()).Where(
            p => p.Pid is not null && (p.Name == "gateway" || p.Name.EndsWith("-1", StringComparison.Ordinal)));
        int[] pids = [.. processes.Select(p => p.Pid!.Value)];
        var sums = new double[Rounds.Few];
        for (var round = 0; round < Rounds.Few; round++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            sums[round] = pids.Sum(pid => PrivateSystem.Memory(pid)) / 1e6;
        }
        return [Figure.AtMost("memory of all .NET processes (PSS)", Rounds.Median(sums), 650, "MB")];
    }
}
