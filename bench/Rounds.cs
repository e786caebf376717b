using System.Globalization;

namespace Bench;

/// <summary>Two sides measured in turn, so that whatever else the machine does disturbs both alike; and what is made of the numbers.</summary>
internal static class Rounds
{
    /// <summary>How often each side has its turn.</summary>
    public const int Count = 3;

    /// <summary>The median of each side.</summary>
    public static async Task<(double A, double B)> InTurn(Func<Task<double>> a, Func<Task<double>> b)
    {
        var (first, second) = (new double[Count], new double[Count]);
        for (var round = 0; round < Count; round++) (first[round], second[round]) = (await a(), await b());
        return (Percentile(first, 0.5), Percentile(second, 0.5));
    }

    public static double Percentile(IEnumerable<double> values, double share)
    {
        var all = values.Order().ToArray();
        return all[(int)Math.Min(all.Length - 1, Math.Floor(all.Length * share))];
    }

    public static string PerSecond(double rate) => $"{rate.ToString("N0", CultureInfo.InvariantCulture)}/s";
}
