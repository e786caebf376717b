using System.Globalization;

namespace Bench;

/// <summary>One line of the results: the measured figure, its baseline, the ratio of the two, and the target.</summary>
internal sealed record Figure(
    string Work,
    string Measured,
    string Baseline,
    string Ratio,
    string Target,
    bool Reached)
{
    public static Figure AtLeast(
        string work,
        string measured,
        string baseline,
        double ratio,
        double target) =>
        new(
            work,
            measured,
            baseline,
            ratio.ToString("0.00", CultureInfo.InvariantCulture),
            $">= {target.ToString(CultureInfo.InvariantCulture)}",
            ratio >= target);

    public static Figure AtMost(string work, double value, double target, string unit) =>
        new(
            work,
            $"{value.ToString("0.#", CultureInfo.InvariantCulture)} {unit}",
            "-",
            "-",
            $"<= {target.ToString(CultureInfo.InvariantCulture)} {unit}",
            value <= target);

    public static string Table(IEnumerable<Figure> figures) => string.Join('\n',
    [
        "| work | measured | baseline | ratio | target | reached |",
        "|---|---|---|---|---|---|",
        .. figures.Select(f => $"| {f.Work} | {f.Measured} | {f.Baseline} | {f.Ratio} | {f.Target} | {(f.Reached ? "yes" : "no")} |"),
    ]);
}
