using System.Globalization;

namespace Portal.Console.Machine;

/// <summary>How far a piece of work is, and how long it still takes.</summary>
public static class Eta
{
    /// <summary>The hundredth it is at. Work that is done is whole, whatever it counted; work that is not is never.</summary>
    public static int Percent(string state, long done, long total) =>
        state == "completed" ? 100 : total <= 0 ? 0 : (int)Math.Clamp(done * 100 / total, 0, 99);

    /// <summary>The time that is left, as 0:42 or 1:02:03; nothing where it cannot be told.</summary>
    public static string? Left(DateTimeOffset? expected, DateTimeOffset now)
    {
        if (expected is not { } at) return null;
        // What should be done by now takes a moment more.
        var left = TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling((at - now).TotalSeconds)));
        return left >= TimeSpan.FromHours(1)
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)left.TotalHours}:{left.Minutes:00}:{left.Seconds:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{left.Minutes}:{left.Seconds:00}");
    }
}
