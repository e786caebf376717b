namespace Bench;

/// <summary>Where and when figures are measured.</summary>
internal static class RunInfo
{
    public static async Task<IReadOnlyList<RecordedFigure>> Describe(IEnumerable<Figure> figures)
    {
        var (date, commit, machine) = (DateOnly.FromDateTime(DateTime.UtcNow), await Commit(), Machine());
        return [.. figures.Select(f => new RecordedFigure(f, date, commit, machine))];
    }

    private static async Task<string> Commit()
    {
        try
        {
            return (await Command.Run("git", ["-C", PrivateSystem.Root, "describe", "--always", "--dirty"])).Trim();
        }
        catch (InvalidOperationException)
        {
            return "unknown"; // The sources are not in a Git repository.
        }
    }

    private static string Machine()
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal));
        return $"{Environment.ProcessorCount} x {model?.Split(':', 2)[1].Trim() ?? "unknown processor"}";
    }
}
