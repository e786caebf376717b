using System.Diagnostics;

namespace Bench;

/// <summary>Prints what is being measured, with the time since the start.</summary>
internal static class Progress
{
    private static readonly Stopwatch SinceStart = Stopwatch.StartNew();

    public static void Report(string text) => Console.WriteLine($"{SinceStart.Elapsed:hh\\:mm\\:ss} {text}");
}
