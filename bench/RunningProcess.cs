using System.Diagnostics;

namespace Bench;

/// <summary>The program, the folder and the settings of a running process of the platform.</summary>
internal static class RunningProcess
{
    /// <summary>
    /// Describes a second process like a running one. Before it is started, give it another address (<c>ASPNETCORE_URLS</c>) and another
    /// name (<c>Service__Replica</c>).
    /// </summary>
    public static async Task<ProcessStartInfo> Copy(string name)
    {
        var process = $"/proc/{(await PrivateSystem.Processes()).Single(p => p.Name == name).Pid}";
        var start = new ProcessStartInfo("bash", ["-c", "exec \"$@\" > /dev/null", "bash", .. await Words($"{process}/cmdline")])
        {
            WorkingDirectory = new FileInfo($"{process}/cwd").LinkTarget,
        };
        start.Environment.Clear();
        foreach (var variable in await Words($"{process}/environ"))
            start.Environment[variable.Split('=')[0]] = variable[(variable.IndexOf('=', StringComparison.Ordinal) + 1)..];
        start.Environment.Remove("Operator__Url"); // The original listens at this address.
        return start;
    }

    private static async Task<string[]> Words(string file) =>
        (await File.ReadAllTextAsync(file)).Split('\0', StringSplitOptions.RemoveEmptyEntries);
}
