using System.Runtime.InteropServices;

namespace Articles.Media;

/// <summary>
/// Limits the memory and the processor time of this process, on Linux. The kernel ends a process that exceeds its time, and refuses it
/// further memory.
/// </summary>
internal static class ProcessLimits
{
    // The numbers of the limits on Linux for x64 and ARM64.
    private const int ProcessorTime = 0, Data = 2, CoreFile = 4;

    // Other processes get the processor first.
    private const int LowPriority = 10;

    /// <summary>Applies the limits. If memory becomes scarce on the machine, the kernel ends this process first.</summary>
    public static void Apply(long megabytes, ulong seconds)
    {
        if (!OperatingSystem.IsLinux()) return;
        Set(Data, (ulong)megabytes * 1024 * 1024);
        Set(ProcessorTime, seconds);
        Set(CoreFile, 0);
        _ = LowerPriority(LowPriority);
        try
        {
            File.WriteAllText("/proc/self/oom_score_adj", "1000");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Some containers forbid it, and the limits hold all the same.
        }
    }

    private static void Set(int limit, ulong value)
    {
        var values = new Values { Soft = (nuint)value, Hard = (nuint)value };
        if (SetLimit(limit, in values) != 0)
            throw new InvalidOperationException($"The limit {limit} could not be set: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [DllImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetLimit(int resource, in Values values);

    [DllImport("libc", EntryPoint = "nice")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int LowerPriority(int increment);

    [StructLayout(LayoutKind.Sequential)]
    private struct Values
    {
        public nuint Soft;
        public nuint Hard;
    }
}
