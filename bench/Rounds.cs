namespace Bench;

/// <summary>
/// Measures several sides in alternation, so that other load on the machine affects all of them equally, and evaluates the results.
/// </summary>
internal static class Rounds
{
    /// <summary>The number of turns of each side.</summary>
    public const int Count = 12;

    /// <summary>The number of rounds of measurements that take too long to be divided into short turns.</summary>
    public const int Few = 3;

    /// <summary>
    /// Measures each side for three times <paramref name="seconds"/>, in short turns. Returns the median of each side, and the median of
    /// the ratio of A to B in each pair of turns. Other load during one pair does not affect the result.
    /// </summary>
    public static async Task<(double A, double B, double Ratio)> Alternate(
        int seconds, Func<int, Task<double>> a, Func<int, Task<double>> b)
    {
        var turns = await Turns(seconds, a, b);
        return (Median(turns[0]), Median(turns[1]), Ratio(turns[0], turns[1]));
    }

    /// <summary>
    /// Measures each side for three times <paramref name="seconds"/>, in short turns, and returns the result of each turn by side.
    /// </summary>
    public static async Task<double[][]> Turns(int seconds, params Func<int, Task<double>>[] sides)
    {
        var turn = Math.Max(1, 3 * seconds / Count);
        var results = sides.Select(_ => new double[Count]).ToArray();
        for (var round = 0; round < Count; round++)
        {
            for (var side = 0; side < sides.Length; side++) results[side][round] = await sides[side](turn);
            Progress.Report($"  turn {round + 1} of {Count}: {string.Join(", ", results.Select(r => PerSecond(r[round])))}");
        }
        return results;
    }

    /// <summary>The median of the ratios of A to B in each pair of turns.</summary>
    public static double Ratio(IEnumerable<double> a, IEnumerable<double> b) => Median(a.Zip(b, (x, y) => x / y));

    public static double Median(IEnumerable<double> values) => Percentile(values, 0.5);

    public static double Percentile(IEnumerable<double> values, double share)
    {
        var all = values.Order().ToArray();
        return all[(int)Math.Min(all.Length - 1, Math.Floor(all.Length * share))];
    }

    public static string PerSecond(double rate) => Figure.Format(rate, "/s");
}
