using System.Globalization;
using System.Text.Json.Serialization;

namespace Bench;

/// <summary>
/// One line of the results. The target applies to <c>Value</c>, and runs are compared by it: it is the ratio of the measured figure to its
/// baseline, or the measured figure itself if there is no baseline.
/// </summary>
internal sealed record Figure(
    string Work,
    double Value,
    string Unit,
    string Measured,
    string Baseline,
    bool MoreIsBetter,
    double? Target)
{
    /// <summary>The unit of a ratio.</summary>
    public const string Ratio = "ratio";

    public const string Header = "| work | measured | baseline | ratio | target | reached |\n|---|---|---|---|---|---|";

    /// <summary>False if the target cannot be judged, for example because the load was lower than intended.</summary>
    public bool IsValid { get; init; } = true;

    [JsonIgnore]
    public string Text => Unit == Ratio ? Value.ToString("0.00", CultureInfo.InvariantCulture) : Format(Value, Unit);

    /// <summary>Whether the target was reached; null without a target.</summary>
    [JsonIgnore]
    public bool? Reached => Target is null ? null : IsValid && (MoreIsBetter ? Value >= Target : Value <= Target);

    public static Figure AtLeast(
        string work,
        string measured,
        string baseline,
        double ratio,
        double target) =>
        new(work, ratio, Ratio, measured, baseline, true, target);

    public static Figure AtMostTimes(
        string work,
        string measured,
        string baseline,
        double ratio,
        double target) =>
        new(work, ratio, Ratio, measured, baseline, false, target);

    public static Figure AtMost(string work, double value, double target, string unit) =>
        new(work, value, unit, Format(value, unit), "-", false, target);

    /// <summary>A ratio without a target.</summary>
    public static Figure Information(string work, string measured, string baseline, double ratio) =>
        new(work, ratio, Ratio, measured, baseline, true, null);

    /// <summary>A measured figure without a target.</summary>
    public static Figure Information(string work, double value, string unit, string baseline = "-") =>
        new(work, value, unit, Format(value, unit), baseline, unit == "/s", null);

    /// <summary>The figures as a Markdown table.</summary>
    public static string Table(IEnumerable<Figure> figures) => string.Join('\n', figures.Select(f => f.Row(f.Baseline)).Prepend(Header));

    /// <summary>The line of this figure in a table, with a text in the column of the baseline.</summary>
    public string Row(string baseline) =>
        $"| {Work} | {Measured} | {baseline} | {(Unit == Ratio ? Text : "-")} | {TargetText()} | {ReachedText()} |";

    public static string Format(double value, string unit)
    {
        var number = value.ToString(Math.Abs(value) switch { >= 100 => "N0", >= 10 => "0.#", _ => "0.##" }, CultureInfo.InvariantCulture);
        return unit.StartsWith('/') ? $"{number}{unit}" : $"{number} {unit}".TrimEnd();
    }

    private string ReachedText() => Reached switch { true => "yes", false => "no", null => "-" };

    private string TargetText() => Target is { } target
        ? $"{(MoreIsBetter ? ">=" : "<=")} {target.ToString(CultureInfo.InvariantCulture)} {(Unit == Ratio ? "" : Unit)}".TrimEnd()
        : "-";
}
