using System.Globalization;

namespace Bench;

/// <summary>
/// Measures two sides in alternation, so that other load on the machine affects both equally, and evaluates the results.
/// </summary>
internal static class Rounds
{
    /// <summary>The number of turns of each side.</summary>
    public const int Count = 12;

    /// <summary>
    /// Measures each side for three times <paramref name="seconds"/>, in short turns. Returns the median of each side, and the median of
    /// the ratio of A to B in each pair of turns. Other load during one pair does not affect the result.
    /// </summary>
    public static async Task<(double A, double B, double Ratio)> Alternate(
        int seconds, Func<int, Task<double>> a, Func<int, Task<double>> b)
    {
        var turn = Math.Max(1, 3 * seconds / Count);
        var (first, second) = (new double[Count], new double[Count]);
        for (var round = 0; round < Count; round++) (first[round], second[round]) = (await a(turn), await b(turn));
        return (Percentile(first, 0.5), Percentile(second, 0.5), Percentile(first.Zip(second, (x, y) => x / y), 0.5));
    }

    public static double Percentile(IEnumerable<double> values, double share)
    {
        var all = values.Order().ToArray();
        return all[(int)Math.Min(all.Length - 1, Math.Floor(all.Length * share))];
    }

    public static string PerSecond(double rate) => $"{rate.ToString("N0", CultureInfo.InvariantCulture)}/s";
}
