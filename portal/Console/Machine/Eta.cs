using System.Globalization;

namespace Portal.Console.Machine;

/// <summary>Progress and remaining time of a replay.</summary>
public static class Eta
{
    /// <summary>The progress in percent: 100 if the work is completed, and at most 99 while it is not.</summary>
    public static int Percent(string state, long done, long total) =>
        state == "completed" ? 100 : total <= 0 ? 0 : (int)Math.Clamp(done * 100 / total, 0, 99);

    /// <summary>The remaining time, such as 0:42 or 1:02:03; null if it is unknown.</summary>
    public static string? Left(DateTimeOffset? expected, DateTimeOffset now)
    {
        if (expected is not { } at) return null;
        // If the expected time has passed, the work will take at least a moment longer.
        var left = TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling((at - now).TotalSeconds)));
        return left >= TimeSpan.FromHours(1)
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)left.TotalHours}:{left.Minutes:00}:{left.Seconds:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{left.Minutes}:{left.Seconds:00}");
    }
}
