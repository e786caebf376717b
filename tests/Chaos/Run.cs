using System.Diagnostics;
using System.Globalization;
using Kit;

namespace Chaos;

/// <summary>Injects faults one after another under load, with two replicas of each service and two gateways.</summary>
internal sealed class Run(Site site, double rate, CancellationToken ct)
{
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(10), After = TimeSpan.FromSeconds(20);
    /// <summary>The time limit for all events to arrive, and for all processes to become healthy.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public async Task<IReadOnlyList<Row>> All(IReadOnlyList<Fault> faults)
    {
        var rows = new List<Row>();
        var former = await ScaleUp();
        try
        {
            foreach (var fault in faults)
            {
                Say($"{fault.Name} ({rows.Count + 1} of {faults.Count}): {fault.Description}");
                rows.Add(await Inject(fault));
                Say($"  {Report.Line(rows[^1])}");
                if (!Report.IsGood(rows[^1])) foreach (var note in Report.Notes(rows[^1])) Say($"    {note}");
                ct.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The report contains the faults that were completed.
        }
        finally
        {
            if (former.Length > 0) await site.Platform.Script(["scale", .. former]);
        }
        return rows;
    }

    private async Task<Row> Inject(Fault fault)
    {
        await WaitUntilHealthy();
        await using var load = await Load.Start(await site.Target(), rate);
        await Task.Delay(Before, ct);
        Say("  injecting the fault ...");
        var injected = Stopwatch.GetTimestamp();
        site.Began = null;
        await fault.Inject(site, ct);
        var (lasted, ended) = (Stopwatch.GetElapsedTime(site.Began ?? injected), load.Now);
        Say($"  the cause was removed after {lasted.TotalSeconds:0} s; waiting until all events have arrived ...");
        await Task.Delay(After, ct);
        await load.Stop();
        var allArrived = await load.WaitUntilAllReceived(Limit);
        var figures = await load.Check(ended);
        var unhealthy = await WaitUntilHealthy();
        Say("  comparing every read model with its events ...");
        var differences = await Differences();
        await load.CleanUp();
        return new(fault, lasted, figures, [
            .. allArrived ? [] : (string[])[$"events were still missing after {Limit.TotalSeconds} s"],
            .. unhealthy.Select(u => $"not healthy after {Limit.TotalSeconds} s: {u}"),
            .. differences]);
    }

    /// <summary>Waits until everything is healthy. When the limit passes, repairs the platform and returns what was not healthy.</summary>
    private async Task<IReadOnlyList<string>> WaitUntilHealthy()
    {
        var end = TimeProvider.System.GetUtcNow() + Limit;
        IReadOnlyList<string> unhealthy;
        while ((unhealthy = await site.Unhealthy()).Count > 0 && TimeProvider.System.GetUtcNow() < end) await Task.Delay(2000, ct);
        if (unhealthy.Count > 0) await site.Platform.Heal();
        return unhealthy;
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

    /// <summary>
    /// Starts a second replica of each service and gateway that has only one. Returns the former numbers of these as NAME=N.
    /// </summary>
    private async Task<string[]> ScaleUp()
    {
        var processes = await site.Platform.Status();
        if (processes.Count == 0) throw new InvalidOperationException("The platform is not running. Start it with ./platform up.");
        var counts = RunningPlatform.Services.ToDictionary(s => s, s => Site.Replicas(processes, s).Count());
        counts["gateway"] = processes.Count(p => p.Name.StartsWith("gateway", StringComparison.Ordinal));
        string[] single = [.. counts.Where(c => c.Value < 2).Select(c => c.Key)];
        if (single.Length == 0) return [];
        Say($"starting a second replica of {string.Join(", ", single)} ...");
        await site.Platform.Script(["scale", .. single.Select(f => $"{f}=2")]);
        return [.. single.Select(f => $"{f}={counts[f]}")];
    }

    private static void Say(string text) =>
        Console.WriteLine($"{TimeProvider.System.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture)} {text}");
}
