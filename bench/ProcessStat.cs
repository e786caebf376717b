using System.Globalization;

namespace Bench;

/// <summary>
/// A line of <c>/proc/PID/stat</c>: a process, its parent, its start, its processor time, and that of its children that have ended.
/// </summary>
internal sealed record ProcessStat(
    int Id,
    int Parent,
    long Started,
    TimeSpan Own,
    TimeSpan EndedChildren)
{
    /// <summary>USER_HZ, which is 100 on every architecture that .NET supports.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>Parses a line. The name of the program is in parentheses, and may itself contain spaces and parentheses.</summary>
    public static ProcessStat Parse(string line)
    {
        var (open, close) = (line.IndexOf('(', StringComparison.Ordinal), line.LastIndexOf(')'));
        // The fields after the name, of which the first is number 3 in proc(5).
        var fields = line[(close + 2)..].Split(' ');
        return new(
            int.Parse(line[..open], CultureInfo.InvariantCulture),
            int.Parse(fields[4 - 3], CultureInfo.InvariantCulture),
            Number(22),
            Time(14),
            Time(16));

        long Number(int field) => long.Parse(fields[field - 3], CultureInfo.InvariantCulture);
        // User time, followed by kernel time.
        TimeSpan Time(int field) => TimeSpan.FromSeconds((Number(field) + Number(field + 1)) / TicksPerSecond);
    }

    /// <summary>The process with this id; null if it has ended.</summary>
    public static ProcessStat? Read(int id)
    {
        try
        {
            return Parse(File.ReadAllText($"/proc/{id}/stat"));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public static ProcessStat[] ReadAll() =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                ? Read(id)
                : null)
            .OfType<ProcessStat>(),
    ];

    /// <summary>
    /// The processor time of a process and all its descendants. If a descendant ends, its parent keeps its time, so the sum never falls.
    /// </summary>
    public static TimeSpan OfTree(int root, IReadOnlyCollection<ProcessStat> all)
    {
        var children = all.ToLookup(p => p.Parent);
        return all.Where(p => p.Id == root).Aggregate(TimeSpan.Zero, Add);

        TimeSpan Add(TimeSpan sum, ProcessStat process) =>
            children[process.Id].Aggregate(sum + process.Own + process.EndedChildren, Add);
    }
}
