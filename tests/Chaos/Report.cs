using System.Globalization;
using System.Text;
using Kit;

namespace Chaos;

/// <summary>The effects of a fault. <paramref name="OtherErrors"/> contains the errors besides the findings of the load.</summary>
internal sealed record Row(Fault Fault, TimeSpan Lasted, Figures Figures, IReadOnlyList<string> OtherErrors);

/// <summary>The report: a table of all faults, and the findings for each of them.</summary>
internal static class Report
{
    /// <summary>Events may be delayed by the duration of the fault plus this time.</summary>
    public static readonly TimeSpan Allowed = TimeSpan.FromSeconds(15);
    private const int MostFindings = 10;
    private static readonly string[] Columns =
    [
        "lasted", "acknowledged", "lost", "repeated", "failed reads (needless)", "failed writes", "write outage", "event delay", "recovery",
        "good",
    ];

    /// <summary>Whether the platform kept its guarantees.</summary>
    public static bool IsGood(Row row) =>
        row.Figures is { Findings.Count: 0, NeedlesslyFailedReads: 0, EventDelay: { } delay } && delay <= row.Lasted + Allowed
        && row.OtherErrors.Count == 0;

    public static string Line(Row row)
    {
        var f = row.Figures;
        return $"{f.Acknowledged} acknowledged, {f.Lost} lost, {f.Repeated} repeated, {f.FailedReads} reads failed "
            + $"({f.NeedlesslyFailedReads} needlessly), write outage {Seconds(f.WriteOutage)} s, "
            + $"event delay {Seconds(f.EventDelay)} s: " + (IsGood(row) ? "good" : "NOT GOOD");
    }

    public static string Text(IReadOnlyList<Row> rows, double rate)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"""
            # Faults injected on {TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC
            {rate} writes per second, {Environment.ProcessorCount} cores, load average {LoadAverage()} at the end. Times are in seconds.

            | fault | {string.Join(" | ", Columns)} |
            |---|{string.Concat(Columns.Select(_ => "---|"))}
            """);
        foreach (var row in rows)
        {
            var f = row.Figures;
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {row.Fault.Name} | {Seconds(row.Lasted)} | {f.Acknowledged} | {f.Lost} | {f.Repeated} "
                + $"| {f.FailedReads} ({f.NeedlesslyFailedReads}) | {f.FailedWrites} | {Seconds(f.WriteOutage)} | {Seconds(f.EventDelay)} "
                + $"| {Seconds(f.Recovery)} | {(IsGood(row) ? "yes" : "no")} |");
        }
        foreach (var row in rows)
        {
            var notes = Notes(row);
            if (notes.Length == 0) continue;
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {row.Fault.Name}: {row.Fault.Description}");
            foreach (var note in notes) text.AppendLine(CultureInfo.InvariantCulture, $"- {note}");
        }
        return text.ToString();
    }

    /// <summary>The findings about a fault.</summary>
    public static string[] Notes(Row row) =>
    [
        .. row.OtherErrors,
        .. row.Figures.Findings.GroupBy(f => f.What).SelectMany(FindingLines),
        .. row.Figures.LateEvents.Select(l => $"{l.Value.Count} late events at {l.Key}, by up to {Seconds(l.Value.Longest)} s"),
        .. row.Figures.Failures.OrderByDescending(f => f.Value).Select(f => $"{f.Value} times: {f.Key}"),
    ];

    private static IEnumerable<string> FindingLines(IGrouping<string, Finding> kind)
    {
        foreach (var finding in kind.Take(MostFindings)) yield return $"{finding.What}: {finding.Details}";
        if (kind.Count() is > MostFindings and var all) yield return $"{kind.Key}: {all - MostFindings} more";
    }

    private static string LoadAverage() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    private static string Seconds(TimeSpan? time) => time is { } t ? t.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) : "never";
}
