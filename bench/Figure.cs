using System.Globalization;

namespace Bench;

/// <summary>One line of the result: what was measured, against what, and what it should reach.</summary>
internal sealed record Figure(
    string Work,
    string Measured,
    string Against,
    string Ratio,
    string Target,
    bool Reached)
{
    public static Figure AtLeast(
        string work,
        string measured,
        string against,
        double ratio,
        double target) =>
        new(
            work,
            measured,
            against,
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
        "| work | measured | against | ratio | target | reached |",
        "|---|---|---|---|---|---|",
        .. figures.Select(f => $"| {f.Work} | {f.Measured} | {f.Against} | {f.Ratio} | {f.Target} | {(f.Reached ? "yes" : "no")} |"),
    ]);
}
