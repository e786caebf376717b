using System.Diagnostics;
using System.Globalization;
using Kit;

namespace Chaos;

/// <summary>Runs faults one after another under load, on two replicas of each service and two gateways.</summary>
internal sealed class Run(Site site, double rate, CancellationToken ct)
{
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(10), After = TimeSpan.FromSeconds(20);
    /// <summary>How long everything may take to agree, and every process to be healthy.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public async Task<IReadOnlyList<Row>> All(IReadOnlyList<Fault> faults)
    {
        var rows = new List<Row>();
        var former = await ScaleUp();
        try
        {
            foreach (var fault in faults)
            {
                Say($"{fault.Name} ({rows.Count + 1} of {faults.Count}): {fault.What}");
                rows.Add(await One(fault));
                Say($"  {Report.Line(rows[^1])}");
                ct.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The faults so far are reported.
        }
        finally
        {
            if (former.Length > 0) await site.Platform.Script(["scale", .. former]);
        }
        return rows;
    }

    private async Task<Row> One(Fault fault)
    {
        await Healthy();
        await using var load = await Load.Start(await site.Target(), rate);
        await Task.Delay(Before, ct);
        Say("  breaking ...");
        var asked = Stopwatch.GetTimestamp();
        site.Began = null;
        await fault.Break(site, ct);
        var (lasted, ended) = (Stopwatch.GetElapsedTime(site.Began ?? asked), load.Now);
        Say($"  its cause is gone after {lasted.TotalSeconds:0} s; waiting until everything agrees ...");
        await Task.Delay(After, ct);
        await load.Stop();
        var agrees = await load.Agrees(Limit);
        var figures = await load.Check(ended);
        var unhealthy = await Healthy();
        Say("  comparing every read model with its events ...");
        var differences = await Differences();
        await load.Tidy();
        return new(fault, lasted, figures, [
            .. agrees ? [] : (string[])[$"events were still missing after {Limit.TotalSeconds} s"],
            .. unhealthy.Select(u => $"not healthy after {Limit.TotalSeconds} s: {u}"),
            .. differences]);
    }

    /// <summary>Waits until everything is healthy; what is not when time is up, after which it is started by hand.</summary>
    private async Task<IReadOnlyList<string>> Healthy()
    {
        var end = TimeProvider.System.GetUtcNow() + Limit;
        IReadOnlyList<string> bad;
        while ((bad = await site.Unhealthy()).Count > 0 && TimeProvider.System.GetUtcNow() < end) await Task.Delay(2000, ct);
        if (bad.Count > 0) await site.Platform.Heal();
        return bad;
    }

    private async Task<IReadOnlyList<string>> Differences()
    {
        try
        {
            await site.Platform.Script("verify");
            return [];
        }
        catch (InvalidOperationException e)
        {
            var lines = e.Message.Split('\n').Where(l => l.Split(' ')[0] is "DIFFERS" or "FAILED");
            return [.. lines.DefaultIfEmpty(e.Message.Trim().Split('\n')[^1]).Select(l => $"verify: {l}")];
        }
    }

    /// <summary>How many of each there were, if fewer than two: NAME=N.</summary>
    private async Task<string[]> ScaleUp()
    {
        var processes = await site.Platform.Status();
        if (processes.Count == 0) throw new InvalidOperationException("The platform does not run: ./platform up first.");
        var counts = RunningPlatform.Services.ToDictionary(s => s, s => Site.Replicas(processes, s).Count());
        counts["gateway"] = processes.Count(p => p.Name.StartsWith("gateway", StringComparison.Ordinal));
        string[] few = [.. counts.Where(c => c.Value < 2).Select(c => c.Key)];
        if (few.Length == 0) return [];
        Say($"starting a second replica of {string.Join(", ", few)} ...");
        await site.Platform.Script(["scale", .. few.Select(f => $"{f}=2")]);
        return [.. few.Select(f => $"{f}={counts[f]}")];
    }

    private static void Say(string text) =>
        Console.WriteLine($"{TimeProvider.System.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture)} {text}");
}
