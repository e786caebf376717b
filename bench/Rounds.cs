using System.Globalization;

namespace Bench;

/// <summary>
/// Two sides measured in turn, so that whatever else the machine does disturbs both alike; and what is made of the numbers.
/// </summary>
internal static class Rounds
{
    /// <summary>How often each side has its turn.</summary>
    public const int Count = 12;

    /// <summary>
    /// Both sides for three times so many seconds, in short turns: the median of each, and of what A was of B in each pair. What else the
    /// machine does in the meantime disturbs one pair, not the figure.
    /// </summary>
    public static async Task<(double A, double B, double Ratio)> InTurn(int seconds, Func<int, Task<double>> a, Func<int, Task<double>> b)
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
